import { createServer } from 'node:net';
import { record } from '../../sandbox/api/json.ts';
import { startApiServer } from '../../sandbox/api/server.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { namespace } from '../../sandbox/world.ts';
import { domain } from '../../src/base/domain.ts';
import { encoded, type Kubeconfig, type Pasting } from './pasting.ts';

/** A way to bring a finding about. */
export interface Case {
  readonly provoke: (world: Pasting) => unknown;
  /** flags of the check that finds it */
  readonly flags?: readonly string[];
  /** where the report lists commands to choose from: words of the one that is meant */
  readonly choose?: string;
  /** codes that the same situation raises and that are cured elsewhere */
  readonly remains?: readonly string[];
  /** what the fix cannot find out, and says with exit code 3 */
  readonly unknown?: RegExp;
  /** codes that it looks like and is not */
  readonly never?: readonly string[];
}
/** How the printed fixes of a code are tried, or why no command can cure it: some need both. */
interface Cure {
  readonly cases?: Readonly<Record<string, Case>>;
  /** what is tried on real API servers, in test/real */
  readonly real?: readonly string[];
  readonly reason?: string;
}

const clientConfigs = ['config.k8ssandra.io', 'clientconfigs'] as const;
type Change = (kubeconfig: Kubeconfig) => object;
const inCluster =
  (change: Readonly<Record<string, unknown>>): Change =>
  kubeconfig => ({ ...kubeconfig, clusters: kubeconfig.clusters.map(one => ({ ...one, cluster: { ...one.cluster, ...change } })) });
const asUser =
  (user: Readonly<Record<string, unknown>>): Change =>
  kubeconfig => ({ ...kubeconfig, users: kubeconfig.users.map(one => ({ ...one, user })) });
const called =
  (name: string): Change =>
  kubeconfig => ({ ...kubeconfig, contexts: kubeconfig.contexts.map(one => ({ ...one, name })) });
/** What is stored of east, changed. */
const stored = (change: (world: Pasting) => Change | Promise<Change>, more: Omit<Case, 'provoke'> = {}): Case => ({
  ...more,
  provoke: async world => world.store('east', await change(world)),
});
/** Another server, of the same CA. */
const dialling = (server: (world: Pasting) => string | Promise<string>, more: Omit<Case, 'provoke'> = {}): Case =>
  stored(async world => inCluster({ server: await server(world) }), more);
const unregister = ({ server }: Pasting, name: string): void => {
  server('cp').remove(...clientConfigs, namespace, name);
  server('cp').remove('', 'secrets', namespace, `${name}-config`);
};
const withSpec = (object: Stored, change: Readonly<Record<string, unknown>>): Stored => ({
  ...object,
  spec: { ...record(object['spec']), ...change },
});
const changeDemo = (world: Pasting, change: (demo: Stored) => Stored): void =>
  world.change('k8ssandra.io', 'k8ssandraclusters', 'demo', change);
/** `demo` with one datacenter in each of these contexts. */
const demoIn = (world: Pasting, ...contexts: readonly string[]): void =>
  changeDemo(world, demo => {
    const datacenters = contexts.map((k8sContext, at) => ({ metadata: { name: `dc${at + 1}` }, k8sContext, size: 3 }));
    return withSpec(demo, { cassandra: { ...record(record(demo['spec'])['cassandra']), datacenters } });
  });
/** What status tells of where its datacenters run. */
const demoRunsIn = (world: Pasting, ...contexts: readonly string[]): void =>
  changeDemo(world, demo => {
    const datacenters = Object.fromEntries(contexts.map((contextName, at) => [`dc${at + 1}`, { contextName }]));
    return { ...demo, status: { ...record(demo['status']), datacenters } };
  });
/** The registration of east once more, its notes included, as who copies manifests makes one. */
const copyOf = (
  world: Pasting,
  { name, context, change = called(context), where = namespace }: { name: string; context: string; change?: Change; where?: string },
): void => {
  const { annotations = {} } = world.secret('east').metadata;
  const [metadata, data] = [{ namespace: where, name }, { kubeconfig: encoded(change(world.kubeconfig('east'))) }];
  const cp = world.server('cp');
  cp.put('', 'secrets', { metadata: { ...metadata, name: `${name}-config`, annotations }, data });
  cp.put(...clientConfigs, { metadata, spec: { contextName: context, kubeConfigSecret: { name: `${name}-config` } } });
};
/** A port of this machine that leads to nobody, or to somebody who says nothing. */
const port = (world: Pasting, listening: boolean): Promise<number> =>
  new Promise(done => {
    const server = createServer(socket => socket.on('error', () => undefined)).listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number };
      if (listening) {
        world.later(() => server.close());
        done(free);
      } else server.close(() => done(free));
    });
  });
const otherPort = async (world: Pasting, listening: boolean): Promise<string> =>
  `https://${new URL(world.server('east').url).hostname}:${await port(world, listening)}`;
/** What answers there is a page, whatever is asked, with a certificate of the right CA. */
const loginPage = async ({ authority, host, later }: Pasting): Promise<string> => {
  const page = await startApiServer({ authority, ...host });
  page.alter(() => ({ status: 200, body: '<html>log in</html>', headers: { 'Content-Type': 'text/html' } }));
  later(page.stop);
  return page.url;
};
const account = ({ server }: Pasting): Stored => {
  const found = server('east').get('', 'serviceaccounts', namespace, 'k8ssandra-operator');
  if (found === undefined) throw new Error('no service account');
  return found;
};
const tokenOf = (world: Pasting, name = 'east'): string => String(world.kubeconfig(name).users[0]?.user['token']);
/** A token that ends after so many seconds. */
const ending = async ({ server }: Pasting, seconds: number): Promise<string> => {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/k8ssandra-operator/token`;
  const { body } = await server('east').ask('POST', path, { spec: { expirationSeconds: seconds } });
  return String(record(record(body)['status'])['token']);
};
const labelled = ({ server }: Pasting, labels: Readonly<Record<string, string>>): void => {
  for (const secret of server('east').list('', 'secrets'))
    if (secret['type'] === 'kubernetes.io/service-account-token')
      server('east').put('', 'secrets', { ...secret, metadata: { ...secret.metadata, labels: { ...secret.metadata.labels, ...labels } } });
};
const ours = { 'app.kubernetes.io/managed-by': 'kubectl-k8ssandra' };
/** A Secret with the credential of east that no ClientConfig names. */
const kept = (world: Pasting, name: string, clientConfig: string): void => {
  const { metadata, data } = world.secret('east');
  const annotations = { ...metadata.annotations, [`${domain}/client-config`]: clientConfig };
  world.server('cp').put('', 'secrets', { metadata: { namespace, name, labels: ours, annotations }, data: record(data) });
};
const noted = (world: Pasting, note: object): void => {
  const { metadata, ...secret } = world.secret('east');
  const annotations = { ...metadata.annotations, [`${domain}/rotation`]: JSON.stringify(note) };
  world.server('cp').put('', 'secrets', { ...secret, metadata: { ...metadata, annotations } });
};
const storedIn = (world: Pasting): string => world.secret('east').metadata.annotations?.[`${domain}/token-secret`] ?? '';
const spareToken = (world: Pasting): void => {
  const [own] = world
    .server('east')
    .list('', 'secrets')
    .filter(({ metadata }) => metadata.annotations?.[`${domain}/client-config`] !== undefined);
  const annotations = { ...own?.metadata.annotations };
  world
    .server('east')
    .put('', 'secrets', { metadata: { namespace, name: 'spare', labels: ours, annotations }, type: 'kubernetes.io/service-account-token' });
};
const caData = (pem: string) => ({ 'certificate-authority-data': Buffer.from(pem).toString('base64') });
const noCa = { 'certificate-authority-data': undefined };
const replicatedTo = ({ server }: Pasting, ...targets: readonly string[]): void =>
  void server('cp').put('replication.k8ssandra.io', 'replicatedsecrets', {
    metadata: { namespace, name: 'demo' },
    spec: { replicationTargets: targets.map(k8sContextName => ({ k8sContextName })) },
  });
const renewerRuns = ({ server }: Pasting): void =>
  void server('cp').put('batch', 'cronjobs', {
    metadata: { namespace, name: 'clientconfig-renewer', labels: { 'app.kubernetes.io/component': 'clientconfig-renewer' } },
    spec: { schedule: '17 3 * * *' },
  });
const east = { choose: '--from-context east' };
const owner = (what: string): string => `${what} is for its owner to say`;
const chart = 'the chart of the operator brings it, with values that only its owner knows';

/** Every code: the situations in which its printed fix is pasted, or why there is none. */
export const cures: Readonly<Record<string, Cure>> = {
  KC101: {
    cases: {
      'a slip in k8sContext': { provoke: world => demoIn(world, 'esat', 'west'), remains: ['KC102'] },
      'a ClientConfig that is gone': { provoke: world => unregister(world, 'west'), choose: '--from-context west' },
      'a data plane that was never registered': {
        provoke: world => demoIn(world, 'east', 'west', 'north'),
        choose: '--from-context north',
      },
    },
  },
  KC102: { reason: owner('whether its datacenter is still to come or it is left over') },
  KC103: {
    cases: {
      'a datacenter that only status knows': {
        provoke: world => {
          unregister(world, 'west');
          demoIn(world, 'east');
          demoRunsIn(world, 'east', 'west');
        },
        choose: '--from-context west',
      },
    },
  },
  KC104: {
    cases: { 'a copy of a ClientConfig': { provoke: world => copyOf(world, { name: 'another', context: 'east' }) } },
    reason: owner('where the two lead to different clusters, which of them is meant'),
  },
  KC105: {
    cases: {
      'a Secret that holds the contexts of two data planes': {
        provoke: world => {
          const other = world.kubeconfig('west');
          world.store('east', own => ({
            ...own,
            clusters: [...own.clusters, ...other.clusters],
            users: [...own.users, ...other.users],
            contexts: [...own.contexts, ...other.contexts],
          }));
          world.change(...clientConfigs, 'west', config => withSpec(config, { kubeConfigSecret: { name: 'east-config' } }));
          world.server('cp').remove('', 'secrets', namespace, 'west-config');
        },
        never: ['KC106'],
      },
    },
  },
  KC106: {
    cases: { 'a second context that nothing uses': { provoke: world => copyOf(world, { name: 'spare', context: 'spare' }) } },
    reason: 'where datacenters use each of them, they have to be moved first, which is the work of days',
  },
  KC107: {
    cases: {
      'a context of the control plane that nothing uses': {
        provoke: world => {
          const { url, caPem } = world.server('cp');
          const change: Change = kubeconfig => called('self')(inCluster({ server: url, ...caData(caPem) })(kubeconfig) as Kubeconfig);
          copyOf(world, { name: 'self', context: 'self', change });
        },
      },
    },
    reason: 'where a datacenter uses it, that one has to be moved first',
  },
  KC108: {
    cases: {
      'two datacenters that have changed places': {
        provoke: world => {
          demoRunsIn(world, 'east', 'west');
          demoIn(world, 'west', 'east');
        },
      },
      'a datacenter that has left for the control plane': {
        provoke: world => {
          demoRunsIn(world, 'east', 'west');
          demoIn(world, 'east', '');
        },
      },
    },
  },
  KC109: { reason: owner('which Secrets to copy') },
  KC110: {
    cases: {
      'a context that the K8ssandraCluster has left': {
        provoke: world => {
          const { server } = world;
          const demo = server('cp').get('k8ssandra.io', 'k8ssandraclusters', namespace, 'demo');
          if (demo !== undefined)
            server('cp').put('k8ssandra.io', 'k8ssandraclusters', { ...demo, metadata: { namespace, name: 'other' } });
          demoIn(world, 'east');
          replicatedTo(world, 'east', 'west');
        },
      },
      'a K8ssandraCluster that is gone': {
        provoke: ({ server }) =>
          server('cp').put('replication.k8ssandra.io', 'replicatedsecrets', {
            metadata: { namespace, name: 'gone', labels: { 'k8ssandra.io/cluster-name': 'gone' } },
            spec: { selector: { matchLabels: { of: 'gone' } }, replicationTargets: [{ k8sContextName: 'east' }] },
          }),
      },
    },
  },
  KC112: { reason: owner('where the K8ssandraCluster belongs, or what the operator should watch,') },
  KC113: { reason: 'it is found in manifests alone: the file and the line are named' },
  KC114: { reason: 'the log of the operator alone tells which right or namespace is missing' },
  KC201: {
    cases: {
      'a Secret that is gone': {
        provoke: ({ server }) => server('cp').remove('', 'secrets', namespace, 'east-config'),
        ...east,
      },
      'a second ClientConfig without its Secret': {
        provoke: world => {
          copyOf(world, { name: 'another', context: 'east' });
          world.server('cp').remove('', 'secrets', namespace, 'another-config');
        },
        unknown: /^unknown: whether a token of ClientConfig \S+\/another is left in its data plane is not known/m,
      },
    },
  },
  KC202: {
    cases: {
      'a context of another name': stored(() => called('elsewhere'), east),
      'a kubeconfig that does not parse': stored(() => () => ['nothing'], east),
      'a field of the wrong type': stored(() => inCluster({ 'insecure-skip-tls-verify': 'yes' }), east),
    },
  },
  KC203: {
    cases: {
      'an address of loopback': dialling(({ server }) => server('east').url.replace(/\/\/[^:]+/, '//127.0.0.1')),
      'a proxy on loopback': stored(() => inCluster({ 'proxy-url': 'http://127.0.0.1:1' }), { remains: [] }),
    },
    reason: 'where your own context has no other address, and the certificate none, nobody but its owner knows one',
  },
  KC204: {
    cases: {
      'a plugin': stored(() =>
        asUser({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', interactiveMode: 'Never' } }),
      ),
    },
  },
  KC205: { cases: { 'a CA of a file': stored(() => inCluster({ ...noCa, 'certificate-authority': '/etc/ca.crt' }), east) } },
  KC206: { cases: { 'a server that is not verified': stored(() => inCluster({ ...noCa, 'insecure-skip-tls-verify': true })) } },
  KC207: {
    cases: {
      'a ClientConfig elsewhere': {
        provoke: world => {
          world.server('cp').put('', 'namespaces', { metadata: { name: 'elsewhere' } });
          copyOf(world, { name: 'east', context: 'east', where: 'elsewhere' });
          unregister(world, 'east');
        },
      },
    },
  },
  KC208: { cases: { 'a user without a credential': stored(() => asUser({})) } },
  KC209: { cases: { 'plain http': dialling(({ server }) => server('east').url.replace('https', 'http')) } },
  KC210: { reason: 'it is found in manifests alone: the file and the line are named' },
  KC211: { reason: 'it is found in manifests alone: the file and the line are named' },
  KC212: { cases: {}, reason: 'no public CA signs a server of a test; the fix is that of KC304' },
  KC213: {
    cases: {
      'a Secret whose ClientConfig was deleted alone': { provoke: world => kept(world, 'spare', `${namespace}/spare`) },
      'a Secret that its ClientConfig has left': { provoke: world => kept(world, 'former', `${namespace}/east`) },
    },
  },
  KC214: {
    cases: {
      'a rotation that was cut short': {
        provoke: world =>
          noted(world, { run: 'r', startedAt: '2026-01-01T00:00:00Z', phase: 'claimed', from: storedIn(world), to: `${namespace}/new` }),
      },
      'a note of something else': { provoke: world => noted(world, { run: 'r' }) },
    },
  },
  KC301: { cases: { 'a name that does not resolve': dialling(() => 'https://nowhere.invalid:6443') } },
  KC302: {
    cases: {
      'ports that nobody listens on': {
        provoke: async world => {
          for (const name of ['east', 'west']) world.store(name, inCluster({ server: await otherPort(world, false) }));
        },
      },
    },
  },
  KC303: { cases: { 'a port where nobody says a word': dialling(world => otherPort(world, true), { flags: ['--timeout', '400ms'] }) } },
  KC304: {
    cases: {
      'the CA of somebody else, and no published one': stored(async ({ server }) => {
        for (const where of [namespace, 'kube-system']) server('east').remove('', 'configmaps', where, 'kube-root-ca.crt');
        return inCluster(caData((await makeAuthority('other')).pem));
      }),
    },
  },
  KC305: { cases: { 'a name that the certificate is not for': stored(() => inCluster({ 'tls-server-name': 'elsewhere.example.com' })) } },
  KC306: { reason: 'the certificate has to be renewed where that API server runs' },
  KC307: {
    cases: {
      'a proxy that is gone': stored(async world => inCluster({ 'proxy-url': (await otherPort(world, false)).replace('https', 'http') })),
    },
  },
  KC308: {
    cases: {
      'an operator with an older credential': {
        provoke: ({ server }) => {
          const { host } = new URL(server('east').url);
          const pods = server('cp')
            .list('', 'pods')
            .map(({ metadata }) => metadata.name);
          const body = `# TYPE rest_client_requests_total counter
rest_client_requests_total{code="401",host="${host}",method="GET"} 9
`;
          server('cp').alter(({ path }, reply) => (pods.some(pod => path.includes(`${pod}:`)) ? { ...reply, body } : reply));
        },
      },
    },
    reason: 'where the network stands between the operator and a data plane, it has to be opened there',
  },
  KC309: { cases: { 'a CA that was rotated': stored(async () => inCluster(caData((await makeAuthority('earlier')).pem))) } },
  KC310: { cases: { 'a login page': dialling(loginPage) } },
  KC401: {
    cases: {
      'tokens that were revoked': {
        provoke: world => {
          for (const name of ['east', 'west']) world.server(name).revoke(tokenOf(world, name));
        },
      },
    },
  },
  KC402: { cases: { 'the credential of an administrator': stored(({ server }) => asUser({ token: server('east').adminToken })) } },
  KC403: {
    cases: {
      'an account that was deleted and created again': {
        provoke: world => {
          const { metadata, ...rest } = account(world);
          world.server('east').remove('', 'serviceaccounts', namespace, metadata.name);
          world.server('east').put('', 'serviceaccounts', { ...rest, metadata: { namespace, name: metadata.name } });
        },
      },
    },
    reason: 'where the account is gone, the chart of the operator makes it again',
  },
  KC404: {
    cases: {
      'a token that is soon taken for unused': {
        provoke: world => {
          labelled(world, { 'kubernetes.io/legacy-token-last-used': '2020-01-01' });
          world.server('east').revoke(tokenOf(world));
        },
      },
      'a token that was taken for unused': {
        provoke: world => {
          labelled(world, { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' });
          world.server('east').revoke(tokenOf(world));
        },
      },
    },
  },
  KC405: { reason: 'why that API server refuses it stands in its own configuration, or in that of a gateway before it' },
  KC406: { cases: { 'a token that nothing holds': { provoke: spareToken } } },
  KC501: { reason: chart },
  KC502: { reason: chart },
  KC503: { real: ['a namespace that is not there'] },
  KC504: { reason: 'an upgrade is planned by whoever runs that data plane' },
  KC505: { reason: owner('which of them is to be the control plane') },
  KC506: { reason: owner('whether the namespace is wrong or not watched') },
  KC507: { reason: owner('whether the name is wrong or the class is missing') },
  KC508: { reason: chart },
  KC509: { reason: 'only its owner knows what the Secret should hold' },
  KC510: { reason: chart },
  KC511: { reason: owner('which of the two holds the data') },
  KC512: { reason: 'the manifest has to be corrected where it is written' },
  KC513: { reason: 'whether the other control plane is still there is for its owner to say' },
  KC601: { reason: 'what stopped it is a finding of its own, with the fix; it comes up by itself then' },
  KC602: {
    cases: {
      'an operator that has not noticed': {
        provoke: world => {
          world.blindfold();
          world.store('east', kubeconfig => ({ ...kubeconfig, 'current-context': '' }));
        },
      },
    },
  },
  KC603: {
    cases: {
      'an operator that has not read it': {
        provoke: world => {
          world.blindfold();
          world.change(...clientConfigs, 'east', config => ({ ...config, metadata: { ...config.metadata, annotations: {} } }));
        },
      },
      'hashes that were copied': { provoke: world => world.forget('east') },
    },
  },
  KC604: {
    cases: {
      'a token that was revoked, looked at alone': {
        provoke: world => world.server('east').revoke(tokenOf(world)),
        flags: ['--only', 'KC604'],
      },
    },
  },
  KC605: { reason: chart },
  KC606: { reason: chart },
  KC607: { reason: 'the message of the operator has to be read, and what it names to be cured' },
  KC608: { reason: owner('which of them is to be the control plane') },
  KC609: { reason: 'it needs a newer version of this program' },
  KC610: { reason: chart },
  KC611: { reason: chart },
  KC701: {
    cases: {
      'a token that ends soon': stored(async world => asUser({ token: await ending(world, 86_400) })),
    },
  },
  KC702: {
    cases: {
      'a CA that was renewed and ends soon': {
        provoke: async world => {
          const ends = await makeAuthority('test-ca', world.authority, 10);
          world.store('east', inCluster(caData(ends.pem)));
        },
      },
    },
    reason: 'a serving certificate has to be renewed where that API server runs',
  },
  KC703: {
    cases: { 'tokens that never expire, and a renewer': { provoke: renewerRuns } },
    reason: 'which image the renewer runs is for its owner to say',
  },
  KC801: { reason: 'it stands in the command line or the file of whoever runs the check' },
};
