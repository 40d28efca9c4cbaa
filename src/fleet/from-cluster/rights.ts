/** One kind that `contexts check` reads in the control plane, with the verbs that it needs and what they are for. */
export interface ReaderRule {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** what stays unknown without it */
  readonly gives: string;
  /** not in any namespace, so a Role cannot grant it */
  readonly clusterWide?: true;
}

/** All that a reader needs in the control plane; in a data plane it needs nothing, since the stored credential asks there. */
export const readerRules: readonly ReaderRule[] = [
  { group: 'config.k8ssandra.io', resource: 'clientconfigs', verbs: ['list'], gives: 'which contexts are provided' },
  { group: '', resource: 'secrets', verbs: ['get', 'list'], gives: 'what is stored for them, whether it works, and what was left behind' },
  { group: 'k8ssandra.io', resource: 'k8ssandraclusters', verbs: ['list'], gives: 'who uses a context' },
  { group: 'replication.k8ssandra.io', resource: 'replicatedsecrets', verbs: ['list'], gives: 'who uses a context' },
  { group: 'control.k8ssandra.io', resource: 'k8ssandratasks', verbs: ['list'], gives: 'who uses a context' },
  { group: 'apps', resource: 'deployments', verbs: ['list'], gives: 'the operator: release, namespaces it watches, readiness' },
  { group: '', resource: 'pods', verbs: ['list', 'get'], gives: 'restarts of the operator' },
  { group: '', resource: 'pods/log', verbs: ['get'], gives: 'the last log line of an operator that has ended' },
  { group: '', resource: 'pods/proxy', verbs: ['get'], gives: 'what the operator itself sees of each data plane' },
  {
    group: '',
    resource: 'configmaps',
    verbs: ['list', 'get'],
    gives: 'the ImageConfig that the operator needs to start, and what K8ssandraClusters name',
  },
  { group: 'medusa.k8ssandra.io', resource: 'medusaconfigurations', verbs: ['get'], gives: 'what K8ssandraClusters name' },
  {
    group: 'k8ssandra.io',
    resource: 'k8ssandraclusters',
    verbs: ['create'],
    gives: 'the webhook, asked by a dry run that creates nothing',
  },
  { group: '', resource: 'namespaces', verbs: ['get'], gives: 'which cluster this is', clusterWide: true },
];

const name = 'k8ssandra-contexts-reader';
/** A ClusterRole, or for one namespace a Role and a ClusterRole of the rest, as objects to apply. */
export const readerRole = (namespace: string | undefined): readonly object[] => {
  const inNamespace = readerRules.filter(({ clusterWide }) => clusterWide !== true);
  return namespace === undefined
    ? [role('ClusterRole', { name }, readerRules)]
    : [
        role('Role', { name, namespace }, inNamespace),
        role(
          'ClusterRole',
          { name },
          readerRules.filter(rule => !inNamespace.includes(rule)),
        ),
      ];
};
const role = (kind: string, metadata: object, rules: readonly ReaderRule[]): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata,
  rules: [...Map.groupBy(rules, ({ group, resource }) => `${group}/${resource}`).values()].map(([first, ...more]) => ({
    apiGroups: [first?.group],
    resources: [first?.resource],
    verbs: [...new Set([...(first?.verbs ?? []), ...more.flatMap(({ verbs }) => verbs)])],
  })),
});
