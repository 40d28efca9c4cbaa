import { causes } from '../../base/cause.ts';
import { list, object, optional, type TypeOf, text } from '../../base/codec.ts';
import { fail, notRun, pass, type Step } from '../../base/read.ts';
import type { Outcome, Refusal } from '../../kube/api/answer.ts';
import { ask } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';
import type { Identity } from '../inventory.ts';

const review = object({ status: object({ userInfo: object({ username: text, uid: optional(text), groups: optional(list(text)) }) }) });
/** v1 since Kubernetes 1.28; before it each of the others was served for a while, where somebody had turned it on. */
const versions = ['v1', 'v1beta1', 'v1alpha1'] as const;

/** Who the API takes the credential for: asked in every version there has been, the common one first. */
export const askIdentity = async (connection: Connection): Promise<Outcome<Identity>> => {
  const inVersion = (version: string): Promise<Outcome<TypeOf<typeof review>>> => {
    const apiVersion = `authentication.k8s.io/${version}`;
    const request = {
      method: 'POST',
      path: `/apis/${apiVersion}/selfsubjectreviews`,
      body: { apiVersion, kind: 'SelfSubjectReview' },
    } as const;
    return ask(connection, request, review, 'the SelfSubjectReview');
  };
  const [first, ...others] = versions;
  let answer = await inVersion(first);
  for (const version of others) {
    if (answer.ok || answer.status !== 404) break;
    answer = await inVersion(version);
  }
  if (!answer.ok) return answer;
  const { username, uid, groups = [] } = answer.value.status.userInfo;
  return { ok: true, value: { username, ...(uid === undefined ? {} : { uid }), groups } };
};

/** What else tells of the credential: whether the API has let it in, and whose it says that it is. */
export interface Circumstance {
  /** the API has answered a question that only a known user may ask */
  readonly accepted: boolean;
  /** the subject of a token, which the API has verified with the token */
  readonly subject?: string;
}
/**
 * The verdict on the credential. It fails on the word of the API alone: a 401 that nothing contradicts, or a refusal of the anonymous
 * user or of an impersonation. Where there is no SelfSubjectReview, an accepted token is whom it says it is.
 */
export const identityStep = (asked: Outcome<Identity>, { accepted, subject }: Circumstance): Step<Identity> => {
  if (asked.ok) return pass(asked.value);
  if (asked.cause === 'unauthorized' && !accepted) return fail('unauthorized', asked.detail);
  if (asked.cause === 'unsendable') return fail('unsendable', asked.detail);
  if (asked.cause === 'forbidden' && /User "system:anonymous"|cannot impersonate/.test(asked.detail))
    return fail('forbidden', asked.detail);
  if (isUnserved(asked) && accepted && subject !== undefined) return pass({ username: subject, groups: [] });
  return isUnserved(asked)
    ? notRun(
        'not-installed',
        'this API server has no SelfSubjectReview (Kubernetes before 1.28), and the credential does not say whose it is',
      )
    : notRun(causes[asked.cause].unread, asked.detail);
};
const isUnserved = ({ status, cause }: Refusal): boolean => status === 404 && (cause === 'http' || cause === 'not-an-api');
