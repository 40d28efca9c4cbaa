import { type Json, record } from './json.ts';
import { isAllowed, rulesIn, type User } from './rbac.ts';
import { failure, type Reply } from './reply.ts';

/** Who am I, and what may I do: the answer to the POST of a review, `undefined` for any other path. */
export const review = (path: string, user: User, body: Json): Reply | undefined => {
  const spec = record(body['spec']);
  if (path === '/apis/authentication.k8s.io/v1/selfsubjectreviews')
    return user.username === 'system:anonymous'
      ? failure(403, 'selfsubjectreviews is forbidden: User "system:anonymous" cannot create')
      : { status: 201, body: { status: { userInfo: { username: user.username, groups: user.groups ?? [] } } } };
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews') {
    const resourceRules = rulesIn(user, String(spec['namespace'] ?? '')).map(({ groups, resources, verbs }) => ({
      apiGroups: groups,
      resources,
      verbs,
    }));
    return { status: 201, body: { status: { incomplete: false, resourceRules } } };
  }
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
    const { verb, group = '', resource, namespace } = record(spec['resourceAttributes']);
    const allowed = isAllowed(user, String(verb), String(group), String(resource), namespace as string | undefined);
    return { status: 201, body: { status: { allowed } } };
  }
  return undefined;
};
