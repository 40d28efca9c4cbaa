import { ours, sentence } from '../base/advice.ts';
import { UserError } from '../base/errors.ts';
import { managedBy } from '../kube/annotations.ts';
import type { Connection } from '../kube/api/connection.ts';
import { listObjects } from '../kube/api/lists.ts';
import { required } from '../kube/api/objects.ts';
import { type KubeObject, kinds } from '../kube/kinds.ts';
import type { Registration } from './registration.ts';
import type { Account } from './token.ts';

const component = { 'app.kubernetes.io/component': 'clientconfig-renewer' } as const;
const labels = { ...managedBy, ...component };
const name = 'clientconfig-renewer';

export interface RenewerOptions {
  /** an image whose entry point is this binary */
  readonly image: string;
  readonly schedule: string;
  readonly ttl: string;
  readonly within: string;
  /** where the operator and the renewer run */
  readonly namespace: string;
  /** the namespaces that the operator watches */
  readonly watches: readonly string[] | 'all';
}

/** A token with an end stops the operator when nobody renews it, so there must be somebody. */
export const requireRenewer = async (connection: Connection, namespace: string): Promise<void> => {
  const jobs = required(
    await listObjects<KubeObject & { spec?: { suspend?: boolean } }>(
      connection,
      kinds.cronJob,
      namespace,
      'app.kubernetes.io/component=clientconfig-renewer',
    ),
    `CronJobs of ${namespace}`,
    connection.context,
  );
  if (jobs.some(({ spec }) => spec?.suspend !== true)) return;
  throw new UserError(
    `refused: ${jobs.length === 0 ? `no renewer runs in namespace ${namespace}` : 'the renewer is suspended'}, and a token with an end stops the operator when nobody renews it`,
    sentence`apply what ${ours('clientconfig renewer')} prints, given --image and an image whose entry point is this program`,
  );
};

type Manifest = Readonly<Record<string, unknown>>;
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[], resourceNames?: readonly string[]): Manifest => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
  ...(resourceNames === undefined ? {} : { resourceNames }),
});
const bound = (
  kind: 'Role' | 'ClusterRole',
  of: string,
  namespace: string | undefined,
  subject: { namespace: string; name: string },
  rules: readonly Manifest[],
): Manifest[] => {
  const metadata = { name: of, labels, ...(namespace === undefined ? {} : { namespace }) };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: of },
      subjects: [{ kind: 'ServiceAccount', ...subject }],
    },
  ];
};

/** What the renewer needs in the control plane: the Secrets that it rewrites by name, and to read the rest. */
export const renewerManifests = (
  { image, schedule, ttl, within, namespace, watches }: RenewerOptions,
  registrations: readonly Registration[],
): readonly Manifest[] => {
  const subject = { namespace, name };
  const secretsIn = (where: string): string[] =>
    registrations.filter(({ secret }) => secret.metadata.namespace === where).map(({ secret }) => secret.metadata.name);
  const reading = [
    rule('config.k8ssandra.io', ['clientconfigs'], ['get', 'list']),
    rule('k8ssandra.io', ['k8ssandraclusters'], ['list']),
    rule('replication.k8ssandra.io', ['replicatedsecrets'], ['list']),
    rule('control.k8ssandra.io', ['k8ssandratasks'], ['list']),
  ];
  const namespaces = [
    ...new Set([...(watches === 'all' ? [] : watches), ...registrations.map(({ secret }) => secret.metadata.namespace ?? '')]),
  ].sort();
  const command = [
    'clientconfig',
    'rotate',
    '--all',
    '--resume',
    '--yes',
    '--token-ttl',
    ttl,
    '--expiring-within',
    within,
    '-n',
    namespace,
    '--kubeconfig',
    '/etc/renewer/kubeconfig',
  ];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } },
    ...bound('ClusterRole', `${name}-${namespace}`, undefined, subject, [
      rule('', ['namespaces'], ['get'], ['kube-system']),
      ...(watches === 'all' ? reading : []),
    ]),
    ...bound('Role', name, namespace, subject, [
      rule('apps', ['deployments'], ['list']),
      rule('', ['pods'], ['list']),
      rule('batch', ['cronjobs'], ['list']),
    ]),
    ...namespaces.flatMap(where =>
      bound('Role', `${name}-secrets`, where, subject, [
        ...(watches === 'all' ? [] : reading),
        ...(secretsIn(where).length === 0 ? [] : [rule('', ['secrets'], ['get', 'update'], secretsIn(where))]),
      ]).filter(({ kind, rules }) => kind !== 'Role' || !Array.isArray(rules) || rules.length > 0),
    ),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels },
      data: {
        kubeconfig: JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [
            {
              name: 'control-plane',
              cluster: {
                server: 'https://kubernetes.default.svc',
                'certificate-authority': '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
              },
            },
          ],
          users: [{ name, user: { tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token' } }],
          contexts: [{ name: 'control-plane', context: { cluster: 'control-plane', user: name } }],
          'current-context': 'control-plane',
        }),
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, namespace, labels },
      spec: {
        schedule,
        concurrencyPolicy: 'Forbid',
        jobTemplate: {
          spec: {
            backoffLimit: 2,
            template: {
              metadata: { labels },
              spec: {
                serviceAccountName: name,
                restartPolicy: 'Never',
                securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
                containers: [
                  {
                    name: 'renewer',
                    image,
                    args: command,
                    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
                    volumeMounts: [{ name: 'kubeconfig', mountPath: '/etc/renewer', readOnly: true }],
                  },
                ],
                volumes: [{ name: 'kubeconfig', configMap: { name } }],
              },
            },
          },
        },
      },
    },
  ];
};

/** What a data plane must grant: its service account may ask for tokens of itself, and of nobody else. */
export const dataPlaneManifests = ({ namespace, name: account }: Account): readonly Manifest[] =>
  bound('Role', `${name}-token`, namespace, { namespace, name: account }, [rule('', ['serviceaccounts/token'], ['create'], [account])]);
