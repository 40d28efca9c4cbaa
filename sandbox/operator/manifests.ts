export interface OperatorOptions {
  readonly namespace: string;
  readonly controlPlane: boolean;
  /** What the operator watches: its own namespace by default, all for `''`, or a list `a,b`. */
  readonly watchNamespace?: string;
  readonly serviceAccount?: string;
  readonly image?: string;
  /** where it serves its metrics */
  readonly metricsPort?: number;
  /** What Helm calls the full name: of the Deployment, the role and its binding. */
  readonly name?: string;
  /** Whether the token Secret is made that the Helm chart makes, listed in the ServiceAccount's secrets. */
  readonly tokenSecret?: boolean;
}
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Without it the operator exits before it reads any ClientConfig. */
const imageConfig =
  'apiVersion: config.k8ssandra.io/v1beta2\nkind: ImageConfig\nmetadata: {name: image-config}\nimages: {}\ndefaults: {registry: docker.io}\n';

/** What the Helm chart of K8ssandra Operator installs, as far as it can be seen from outside, in the order to apply it. */
export const operatorManifests = (options: OperatorOptions): readonly [Manifest, ...Manifest[]] => {
  const { namespace, watchNamespace, name = 'k8ssandra-operator', serviceAccount = name, tokenSecret = false } = options;
  const labels = {
    'app.kubernetes.io/name': 'k8ssandra-operator',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/part-of': `k8ssandra-${name}-${namespace}`,
  };
  const own = { name, namespace, labels };
  const subjects = [{ kind: 'ServiceAccount', name: serviceAccount, namespace }];
  const leader = { ...own, name: `${name}-leader-election-role` };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...own, name: serviceAccount },
      ...(tokenSecret ? { secrets: [{ name: `${serviceAccount}-token` }] } : {}),
    },
    ...(tokenSecret ? [tokenSecretOf(serviceAccount, namespace, labels)] : []),
    // The chart turns cluster-scoped as soon as more than the operator's own namespace is watched.
    ...(watchNamespace === undefined
      ? bound('Role', own, rules, subjects, name)
      : bound('ClusterRole', { name, labels }, rules, subjects, `${name}-${namespace}`)),
    ...bound('Role', leader, leaderRules, subjects, leader.name),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'image-config', namespace, labels: { ...labels, 'k8ssandra.io/config': 'image' } } as Metadata,
      data: { 'image_config.yaml': imageConfig },
    },
    deployment(options, name, serviceAccount, labels),
  ];
};

type Metadata = Manifest['metadata'] & { readonly labels: Readonly<Record<string, string>> };

const tokenSecretOf = (serviceAccount: string, namespace: string, labels: Metadata['labels']): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: `${serviceAccount}-token`,
    namespace,
    labels,
    annotations: { 'kubernetes.io/service-account.name': serviceAccount },
  } as Metadata,
  type: 'kubernetes.io/service-account-token',
});

/** A role and its binding. Cluster-wide bindings carry the namespace in their name: several operators share the test clusters. */
const bound = (kind: 'Role' | 'ClusterRole', metadata: Metadata, of: unknown, subjects: unknown, binding: string): readonly Manifest[] => {
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: `${apiGroup}/v1`, kind, metadata, rules: of },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: `${kind}Binding`,
      metadata: { ...metadata, name: binding },
      roleRef: { apiGroup, kind, name: metadata.name },
      subjects,
    },
  ];
};

const deployment = (options: OperatorOptions, name: string, serviceAccountName: string, labels: Metadata['labels']): Manifest => {
  const { namespace, controlPlane, watchNamespace, metricsPort, image = 'docker.io/k8ssandra/k8ssandra-operator:v1.32.5' } = options;
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } });
  const marked = { ...labels, 'control-plane': 'k8ssandra-operator' };
  const matchLabels = {
    'app.kubernetes.io/name': labels['app.kubernetes.io/name'],
    'app.kubernetes.io/instance': labels['app.kubernetes.io/instance'],
    'control-plane': 'k8ssandra-operator',
  };
  const env = [
    { name: 'WATCH_NAMESPACE', ...(watchNamespace === undefined ? field('metadata.namespace') : { value: watchNamespace }) },
    { name: 'K8SSANDRA_CONTROL_PLANE', value: String(controlPlane) },
    { name: 'SERVICE_ACCOUNT_NAME', ...field('spec.serviceAccountName') },
    { name: 'OPERATOR_NAMESPACE', ...field('metadata.namespace') },
  ];
  const ports = [{ containerPort: 9443, name: 'webhook-server', protocol: 'TCP' }];
  const args = metricsPort === undefined ? {} : { args: [`--metrics-bind-address=:${metricsPort}`] };
  const containers = [{ name: 'k8ssandra-operator', image, command: ['/manager'], ...args, env, ports }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: marked } as Metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels },
      template: { metadata: { labels: marked }, spec: { serviceAccountName, containers } },
    },
  };
};

const rule = (group: string, resources: string, verbs: string) => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
});
const all = 'create delete get list patch update watch';
const status = 'get patch update';

/** The operator's role, rule by rule. */
const rules = [
  rule('', 'configmaps endpoints endpoints/restricted secrets services', all),
  rule('', 'events', 'create patch'),
  rule('', 'pods', 'get list watch'),
  rule('apps', 'deployments statefulsets', all),
  rule('batch', 'cronjobs', 'create delete get list update watch'),
  rule('cassandra.datastax.com', 'cassandradatacenters', all),
  rule('config.k8ssandra.io', 'clientconfigs', all),
  rule('control.k8ssandra.io', 'cassandratasks k8ssandratasks', all),
  rule('control.k8ssandra.io', 'cassandratasks/status', 'get'),
  rule('control.k8ssandra.io', 'k8ssandratasks/finalizers', 'update'),
  rule('control.k8ssandra.io', 'k8ssandratasks/status', status),
  rule('discovery.k8s.io', 'endpointslices endpointslices/restricted', all),
  rule('k8ssandra.io', 'clientconfigs k8ssandraclusters', all),
  rule('k8ssandra.io', 'k8ssandraclusters/finalizers', 'update'),
  rule('k8ssandra.io', 'k8ssandraclusters/status', status),
  rule('medusa.k8ssandra.io', 'medusabackupjobs medusabackups medusabackupschedules medusaconfigurations medusatasks', all),
  rule(
    'medusa.k8ssandra.io',
    'medusabackupjobs/finalizers medusabackups/finalizers medusabackupschedules/finalizers medusaconfigurations/finalizers medusatasks/finalizers',
    'update',
  ),
  rule(
    'medusa.k8ssandra.io',
    'medusabackupjobs/status medusabackups/status medusabackupschedules/status medusaconfigurations/status medusarestorejobs/status medusatasks/status',
    status,
  ),
  rule('medusa.k8ssandra.io', 'medusarestorejobs', 'delete get list patch update watch'),
  rule('monitoring.coreos.com', 'servicemonitors', 'create delete deletecollection get list patch update watch'),
  rule('reaper.k8ssandra.io', 'reapers', all),
  rule('reaper.k8ssandra.io', 'reapers/finalizers', 'update'),
  rule('reaper.k8ssandra.io', 'reapers/status', status),
  rule('replication.k8ssandra.io', 'replicatedsecrets', 'create delete get list update watch'),
  rule('replication.k8ssandra.io', 'replicatedsecrets/finalizers', 'update'),
  rule('replication.k8ssandra.io', 'replicatedsecrets/status', status),
  rule('stargate.k8ssandra.io', 'stargates', all),
  rule('stargate.k8ssandra.io', 'stargates/finalizers', 'update'),
  rule('stargate.k8ssandra.io', 'stargates/status', status),
];
const leaderRules = [rule('', 'configmaps', all), rule('coordination.k8s.io', 'leases', all), rule('', 'events', 'create patch')];
