import { parse, stringify } from 'yaml';

/** ClientConfigs and Secrets as a control plane holds them. */
export interface Objects {
  readonly clientConfigs: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec: { readonly contextName?: string; readonly kubeConfigSecret: { readonly name: string } };
  }[];
  readonly secrets: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly data: Readonly<Record<string, string>>;
  }[];
}
/** Of a healthy kubeconfig, whose one context, cluster and user are called dp1, what is stored in the operator's namespace. */
type Defect = (stored: string, namespace: string) => Objects;

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: unknown[];
}
/** A namespace that the operator does not watch. */
export const unwatched = 'elsewhere';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const clientConfig = (namespace: string, name: string, spec: { contextName?: string; secret?: string } = {}) => ({
  metadata: { namespace, name },
  spec: {
    ...(spec.contextName === undefined ? {} : { contextName: spec.contextName }),
    kubeConfigSecret: { name: spec.secret ?? `${name}-config` },
  },
});
const secret = (namespace: string, name: string, kubeconfig: string, key = 'kubeconfig') => ({
  metadata: { namespace, name },
  data: { [key]: base64(kubeconfig) },
});
/** The healthy pair with another text in the Secret. */
const storing =
  (change: string | ((kubeconfig: Kubeconfig) => object)): Defect =>
  (stored, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp1')],
    secrets: [
      secret(
        namespace,
        'dp1-config',
        typeof change === 'string' ? change : stringify(change(parse(stored) as Kubeconfig), { lineWidth: 0 }),
      ),
    ],
  });
const inCluster = (change: Readonly<Record<string, unknown>>): Defect =>
  storing(kubeconfig => ({
    ...kubeconfig,
    clusters: kubeconfig.clusters.map(one => ({ ...one, cluster: { ...one.cluster, ...change } })),
  }));
const asUser = (user: Readonly<Record<string, unknown>>): Defect =>
  storing(kubeconfig => ({ ...kubeconfig, users: [{ name: 'dp1', user }] }));
/** The healthy pair, and more beside it. */
const beside =
  (more: (stored: string, namespace: string) => Partial<Objects>): Defect =>
  (stored, namespace) => {
    const { clientConfigs = [], secrets = [] } = more(stored, namespace);
    return {
      clientConfigs: [clientConfig(namespace, 'dp1'), ...clientConfigs],
      secrets: [secret(namespace, 'dp1-config', stored), ...secrets],
    };
  };
const exec = (rest: Readonly<Record<string, string>>) => ({ exec: { command: 'aws', ...rest } });
const v1 = 'client.authentication.k8s.io/v1';
const context = (name: string, change: Partial<Record<'cluster' | 'user', string>>) => [
  { name, context: { cluster: 'dp1', user: 'dp1', ...change } },
];

/** What can be wrong with what is stored, one entry for each way in which the operator reads it differently. */
export const defects: Readonly<Record<string, Defect>> = {
  healthy: storing(kubeconfig => kubeconfig),
  empty: storing(''),
  'not YAML': storing('{{{ no'),
  'a string': storing('hello'),
  'a list': storing('[]'),
  'another context': storing(kubeconfig => ({ ...kubeconfig, contexts: context('other', {}) })),
  'the context twice': storing(kubeconfig => ({ ...kubeconfig, contexts: [...kubeconfig.contexts, ...kubeconfig.contexts] })),
  'contexts that are no list': storing(kubeconfig => ({ ...kubeconfig, contexts: { a: 1 } })),
  'no such cluster': storing(kubeconfig => ({ ...kubeconfig, contexts: context('dp1', { cluster: 'other' }) })),
  'no such user': storing(kubeconfig => ({ ...kubeconfig, contexts: context('dp1', { user: 'other' }) })),
  'no server': inCluster({ server: '' }),
  'a server that is no URL': inCluster({ server: 'h h' }),
  'plain http': inCluster({ server: 'http://127.0.0.1:1' }),
  'a server without a scheme': inCluster({ server: '127.0.0.1:1' }),
  'a server that is a number': inCluster({ server: 1 }),
  'a bad proxy': inCluster({ 'proxy-url': '::nope' }),
  'a proxy of another kind': inCluster({ 'proxy-url': 'ftp://h' }),
  'a CA that is not base64': inCluster({ 'certificate-authority-data': '%%' }),
  'a CA that is no PEM': inCluster({ 'certificate-authority-data': base64('x') }),
  'a CA file': inCluster({ 'certificate-authority': '/p', 'certificate-authority-data': undefined }),
  'a CA and not verified': inCluster({ 'insecure-skip-tls-verify': true }),
  'not verified': inCluster({ 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined }),
  'an empty token': asUser({ token: '' }),
  'a token that is a number': asUser({ token: 123 }),
  'a token file': asUser({ tokenFile: '/t' }),
  'token and password': asUser({ token: 't', username: 'a', password: 'b' }),
  'a certificate file': asUser({ 'client-certificate': '/p', 'client-key': '/k' }),
  'a certificate without its key': asUser({ 'client-certificate-data': base64('x') }),
  'an exec plugin': asUser(exec({ apiVersion: v1, interactiveMode: 'Never' })),
  'an exec plugin of an older version': asUser(exec({ apiVersion: `${v1}beta1` })),
  'an exec plugin without its mode': asUser(exec({ apiVersion: v1 })),
  'an exec plugin without its version': asUser(exec({})),
  'no Secret': (_, namespace) => ({ clientConfigs: [clientConfig(namespace, 'dp1')], secrets: [] }),
  'a Secret without the key': (stored, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp1')],
    secrets: [secret(namespace, 'dp1-config', stored, 'config')],
  }),
  'no name of a Secret': (stored, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp1', { secret: '' })],
    secrets: [secret(namespace, 'dp1-config', stored)],
  }),
  'a broken one that is not watched': beside(() => ({ clientConfigs: [clientConfig(unwatched, 'broken')] })),
  'a Secret in another namespace': (stored, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp1')],
    secrets: [secret(unwatched, 'dp1-config', stored)],
  }),
  'two of one context name': beside((stored, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp1-again', { contextName: 'dp1' })],
    secrets: [secret(namespace, 'dp1-again-config', stored)],
  })),
  'two of one Secret': beside((_, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp1-again', { contextName: 'dp1', secret: 'dp1-config' })],
  })),
  'a context that the Secret calls otherwise': beside((stored, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'dp2')],
    secrets: [secret(namespace, 'dp2-config', stored)],
  })),
  'two that are broken': beside((_, namespace) => ({ clientConfigs: [clientConfig(namespace, 'z'), clientConfig(namespace, 'b')] })),
  'a broken loser of one context name': beside((_, namespace) => ({
    clientConfigs: [clientConfig(namespace, 'a', { contextName: 'dp1' })],
    secrets: [secret(namespace, 'a-config', '')],
  })),
};
