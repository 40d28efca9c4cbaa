import { type Json, record, text } from './json.ts';
import { isAllowed, rulesIn, type User } from './rbac.ts';
import { failure, forbidden, noSuchResource, type Reply } from './reply.ts';
import { type Store, timestamp } from './store.ts';

const paths = [
  '',
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
/** Who am I, and what may I do: the answer to the POST of a review, `undefined` for any other path. */
export const review = (store: Store, path: string, user: User, body: Json, minor: number): Reply | undefined => {
  const match = /^\/apis\/(authentication|authorization)\.k8s\.io\/(\w+)\/(\w+)$/.exec(path);
  if (match === null) return undefined;
  const [, group = '', version = '', plural = ''] = match;
  const anonymous = user.username === 'system:anonymous';
  if (anonymous) {
    const why = `User "${user.username}" cannot create resource "${plural}" in API group "${group}.k8s.io" at the cluster scope`;
    return forbidden({ group: `${group}.k8s.io`, plural }, undefined, why);
  }
  const spec = record(body['spec']);
  if (plural === 'selfsubjectreviews') return versionOfWhoAmI(minor) === version ? whoAmI(version, user) : noSuchResource();
  if (version !== 'v1') return noSuchResource();
  if (plural === 'selfsubjectrulesreviews') return rulesReview(store, user, text(spec['namespace']));
  return plural === 'selfsubjectaccessreviews' ? accessReview(store, user, spec) : noSuchResource();
};

/** alpha in 1.26, beta in 1.27, stable since 1.28 */
const versionOfWhoAmI = (minor: number): string | undefined =>
  minor >= 28 ? 'v1' : minor === 27 ? 'v1beta1' : minor === 26 ? 'v1alpha1' : undefined;
const whoAmI = (version: string, { username, uid, groups = [], extra }: User): Reply => ({
  status: 201,
  body: {
    kind: 'SelfSubjectReview',
    apiVersion: `authentication.k8s.io/${version}`,
    metadata: { creationTimestamp: timestamp() },
    status: { userInfo: { username, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined ? {} : { extra }) } },
  },
});
const rulesReview = (store: Store, user: User, namespace: string): Reply => {
  if (namespace === '') return failure(400, 'no namespace on request');
  const resourceRules = rulesIn(store, user, namespace).map(({ groups, resources, verbs, names }) => ({
    verbs,
    apiGroups: groups,
    resources,
    ...(names === undefined ? {} : { resourceNames: names }),
  }));
  const nonResourceRules = [{ verbs: ['get'], nonResourceURLs: paths.slice(1) }];
  return answer('SelfSubjectRulesReview', {}, { resourceRules, nonResourceRules, incomplete: false });
};
const accessReview = (store: Store, user: User, spec: Json): Reply => {
  const { verb, group, resource, subresource, namespace, name } = record(spec['resourceAttributes']);
  const allowed = isAllowed(store, user, {
    verb: text(verb),
    group: text(group),
    resource: text(subresource) === '' ? text(resource) : `${text(resource)}/${text(subresource)}`,
    namespace: text(namespace) === '' ? undefined : text(namespace),
    name: text(name) === '' ? undefined : text(name),
  });
  return answer('SelfSubjectAccessReview', spec, { allowed });
};
const answer = (kind: string, spec: Json, status: Json): Reply => ({
  status: 201,
  body: { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status },
});
