import { causes } from '../../base/cause.ts';
import { flag, list, object, optional, type TypeOf, text } from '../../base/codec.ts';
import { notRun, pass, type Step } from '../../base/read.ts';
import type { Outcome } from '../../kube/api/answer.ts';
import { ask } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { missingRights, type Right, rightsWanted } from '../../operator/rights.ts';
import type { Access, MissingRight } from '../inventory.ts';

const texts = optional(list(text));
const rulesReview = object({
  status: object({
    resourceRules: list(object({ verbs: list(text), apiGroups: texts, resources: texts, resourceNames: texts })),
    incomplete: optional(flag),
  }),
});
const accessReview = object({ status: object({ allowed: flag }) });

/** The rules that hold in one namespace, as the API lists them for the credential that asks. */
export interface Rules {
  readonly namespace: string;
  readonly rules: Outcome<TypeOf<typeof rulesReview>['status']>;
}
/** RBAC answers a namespace that does not exist with the rules that hold in every namespace. */
const noNamespace = 'k8ssandra-no-such-namespace';
export const askRules = (connection: Connection, watches: readonly string[] | 'all'): Promise<readonly Rules[]> =>
  Promise.all(
    (watches === 'all' ? [noNamespace] : watches).map(async namespace => ({ namespace, rules: await rulesIn(connection, namespace) })),
  );
const rulesIn = async (connection: Connection, namespace: string): Promise<Rules['rules']> => {
  const apiVersion = 'authorization.k8s.io/v1';
  const body = { apiVersion, kind: 'SelfSubjectRulesReview', spec: { namespace } };
  const request = { method: 'POST', path: `/apis/${apiVersion}/selfsubjectrulesreviews`, body } as const;
  const answer = await ask(connection, request, rulesReview, 'the SelfSubjectRulesReview');
  return answer.ok ? { ok: true, value: answer.value.status } : answer;
};

/** Which of the operator's rights those rules lack. */
export const accessStep = async (connection: Connection, all: readonly Rules[]): Promise<Step<Access>> => {
  const allMissing: MissingRight[] = [];
  let incomplete = false;
  let admin = false;
  for (const { namespace, rules } of all) {
    if (!rules.ok) return notRun(causes[rules.cause].unread, rules.detail);
    const grantedRules = rules.value.resourceRules.map(({ verbs, apiGroups = [], resources = [], resourceNames = [] }) => ({
      verbs,
      apiGroups,
      resources,
      resourceNames,
    }));
    admin ||= grantedRules.some(({ verbs, apiGroups, resources }) => [verbs, apiGroups, resources].every(one => one.includes('*')));
    const where = namespace === noNamespace ? {} : { namespace };
    const deniedRights = missingRights(grantedRules);
    // Webhook authorizers cannot list their rules: then each right that looks missing is asked for on its own.
    const confirmation =
      rules.value.incomplete === true
        ? await confirm(connection, deniedRights, where.namespace)
        : { missing: deniedRights, undecided: false };
    incomplete ||= confirmation.undecided;
    allMissing.push(...confirmation.missing.map(right => ({ ...right, ...where })));
  }
  return incomplete && allMissing.length === 0
    ? notRun('failed', 'the API server could not say which rights the credential has')
    : pass({ asked: rightsWanted.length * all.length, missing: allMissing, incomplete, admin });
};
const confirm = async (
  connection: Connection,
  rights: readonly Right[],
  namespace: string | undefined,
): Promise<{ readonly missing: readonly Right[]; readonly undecided: boolean }> => {
  const apiVersion = 'authorization.k8s.io/v1';
  const answers = await Promise.all(
    rights.map(async right => {
      const { group, resource, verb } = right;
      const resourceAttributes = { group, resource, verb, ...(namespace === undefined ? {} : { namespace }) };
      const body = { apiVersion, kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
      const request = { method: 'POST', path: `/apis/${apiVersion}/selfsubjectaccessreviews`, body } as const;
      return { right, review: await ask(connection, request, accessReview, 'the SelfSubjectAccessReview') };
    }),
  );
  return {
    missing: answers.filter(({ review }) => review.ok && !review.value.status.allowed).map(({ right }) => right),
    undecided: answers.some(({ review }) => !review.ok),
  };
};
