import { ours, type Sentence, sentence } from '../base/advice.ts';

/** What a user may not do, as Kubernetes' authorizer says it. */
export interface RefusedRight {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
}
/** Read out of a refusal; `undefined` for other words. Source: apiserver pkg/endpoints/handlers/responsewriters/errors.go. */
export const refusedRight = (detail: string): RefusedRight | undefined => {
  const [, user, verb, resource] = /User "([^"]+)" cannot (\w+) resource "([^"]+)"/.exec(detail) ?? [];
  return user === undefined || verb === undefined || resource === undefined ? undefined : { user, verb, resource };
};

/** `jane may not list clientconfigs, deployments and get secrets in cp`, one for each user. */
export const rightsTexts = (rights: readonly RefusedRight[], context: string): readonly string[] =>
  [...Map.groupBy(rights, ({ user }) => user)].map(([user, all]) => `${user} may not ${verbs(all)} in ${context}`);
const verbs = (all: readonly RefusedRight[]): string =>
  [...Map.groupBy(all, ({ verb }) => verb)]
    .map(([verb, members]) => `${verb} ${[...new Set(members.map(({ resource }) => resource))].sort().join(', ')}`)
    .join(' and ');

/** Where the role of a reader is to be had. */
export const roleToAskFor: Sentence = sentence`${ours('contexts check', [], '--print-rbac')} shows the role to ask for`;
