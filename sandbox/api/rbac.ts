export interface Rule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** every namespace when absent */
  readonly namespaces?: readonly string[];
}
export interface User {
  readonly username: string;
  readonly groups?: readonly string[];
  readonly rules: 'all' | readonly Rule[];
}

const all7 = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
/** The data plane's rights as the operator's role grants them; config/rbac/role.yaml of k8ssandra-operator. */
export const operatorRules: readonly Rule[] = [
  { groups: [''], resources: ['configmaps', 'endpoints', 'secrets', 'services'], verbs: all7 },
  { groups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { groups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: all7 },
  { groups: ['batch'], resources: ['cronjobs'], verbs: all7 },
  {
    groups: [
      'cassandra.datastax.com',
      'config.k8ssandra.io',
      'control.k8ssandra.io',
      'discovery.k8s.io',
      'k8ssandra.io',
      'medusa.k8ssandra.io',
      'reaper.k8ssandra.io',
      'replication.k8ssandra.io',
      'stargate.k8ssandra.io',
    ],
    resources: ['*'],
    verbs: all7,
  },
];

const covers = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
export const isAllowed = ({ rules }: User, verb: string, group: string, resource: string, namespace: string | undefined): boolean =>
  rules === 'all' ||
  rules.some(
    rule =>
      covers(rule.groups, group) &&
      covers(rule.resources, resource) &&
      covers(rule.verbs, verb) &&
      (rule.namespaces === undefined || (namespace !== undefined && rule.namespaces.includes(namespace))),
  );
/** What holds in a namespace. */
export const rulesIn = ({ rules }: User, namespace: string): readonly Rule[] =>
  rules === 'all'
    ? [{ groups: ['*'], resources: ['*'], verbs: ['*'] }]
    : rules.filter(rule => rule.namespaces === undefined || rule.namespaces.includes(namespace));
