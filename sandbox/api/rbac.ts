import { type Json, record, records, text } from './json.ts';
import type { Store, Stored } from './store.ts';

export interface Rule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** every name when absent */
  readonly names?: readonly string[];
  /** every namespace when absent */
  readonly namespaces?: readonly string[];
}
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** `'bound'`: what roles and bindings give */
  readonly rules: 'all' | 'bound' | readonly Rule[];
}
/** What is asked for: a verb on a resource, which may be `pods/log`. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
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
/** What everybody may who is somebody: the cluster role system:basic-user. */
const basic: readonly Rule[] = [
  { groups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] },
  { groups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
];

const covers = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
const grants = (rule: Rule, { verb, group, resource, namespace, name }: Attributes): boolean =>
  covers(rule.groups, group) &&
  (covers(rule.resources, resource) || rule.resources.includes(resource.replace(/^[^/]+\//, '*/'))) &&
  covers(rule.verbs, verb) &&
  (rule.namespaces === undefined || (namespace !== undefined && rule.namespaces.includes(namespace))) &&
  (rule.names === undefined || (name !== undefined && rule.names.includes(name)));

export const isAllowed = (store: Store, user: User, asked: Attributes): boolean => {
  const rules = rulesOf(store, user);
  return rules === 'all' || rules.some(rule => grants(rule, asked));
};
/** What holds in a namespace, that of everybody first. */
export const rulesIn = (store: Store, user: User, namespace: string): readonly Rule[] => {
  const rules = rulesOf(store, user);
  return rules === 'all'
    ? [{ groups: ['*'], resources: ['*'], verbs: ['*'] }]
    : [...basic, ...rules.filter(rule => rule.namespaces === undefined || rule.namespaces.includes(namespace))];
};

const rulesOf = (store: Store, user: User): 'all' | readonly Rule[] => (user.rules === 'bound' ? boundRules(store, user) : user.rules);
const boundRules = (store: Store, user: User): readonly Rule[] => {
  const group = 'rbac.authorization.k8s.io';
  const bound = (bindings: readonly Stored[]): readonly Stored[] =>
    bindings.filter(binding => records(binding['subjects']).some(subject => isSubject(subject, user)));
  const rules = (binding: Stored, namespace: string | undefined): readonly Rule[] => {
    const { kind, name } = record(binding['roleRef']);
    const role =
      kind === 'ClusterRole' ? store.get(group, 'clusterroles', '', text(name)) : store.get(group, 'roles', namespace ?? '', text(name));
    return records(role?.['rules']).map(rule => ruleOf(rule, namespace));
  };
  return [
    ...bound(store.list(group, 'clusterrolebindings')).flatMap(binding => rules(binding, undefined)),
    ...bound(store.list(group, 'rolebindings')).flatMap(binding => rules(binding, binding.metadata.namespace)),
  ];
};
const isSubject = ({ kind, name, namespace }: Json, { username, groups = [] }: User): boolean =>
  kind === 'ServiceAccount'
    ? username === `system:serviceaccount:${text(namespace)}:${text(name)}`
    : kind === 'Group'
      ? groups.includes(text(name))
      : username === name;
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const ruleOf = ({ apiGroups, resources, verbs, resourceNames }: Json, namespace: string | undefined): Rule => ({
  groups: texts(apiGroups),
  resources: texts(resources),
  verbs: texts(verbs),
  ...(texts(resourceNames).length === 0 ? {} : { names: texts(resourceNames) }),
  ...(namespace === undefined ? {} : { namespaces: [namespace] }),
});
