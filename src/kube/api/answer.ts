import { type Cause, causes } from '../../base/cause.ts';
import { type Codec, is, Malformed, number, object, optional, type TypeOf, text } from '../../base/codec.ts';
import { printable } from '../../base/errors.ts';
import { fieldsOf, isFields } from '../../base/fields.ts';
import { type Read, unreadable } from '../../base/read.ts';
import type { Answer } from './request.ts';

const statusCodec = object({
  kind: is('Status'),
  status: optional(text),
  message: optional(text),
  reason: optional(text),
  code: optional(number),
});
type Status = TypeOf<typeof statusCodec>;

/** What every object of Kubernetes has, and every Status; a page or an empty object of somebody else has not. */
export const anyObject = object({ kind: text });

/** What came of a request, as far as it is not what was asked for. */
export interface Refusal {
  readonly cause: Cause;
  /** in one printable line, the HTTP status in front where there was one */
  readonly detail: string;
  /** the HTTP status */
  readonly status?: number;
  /** whether the answer is one that a Kubernetes API gives */
  readonly kubernetes: boolean;
}
/** A decoded answer, or why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Refusal);

/** The Status of an answer; `undefined` when it is anything else. */
export const statusIn = ({ body }: Answer): Status | undefined => {
  // Most answers are none, and an error that is thrown costs more than this look.
  if (fieldsOf(body)['kind'] !== 'Status') return undefined;
  try {
    return statusCodec.read(body, '');
  } catch {
    return undefined;
  }
};
/** What an API server says of what does not exist: a Status, and none of another code. */
export const absence: Pick<Codec<Status>, 'read'> = {
  read: (value, at) => {
    const status = statusCodec.read(value, at);
    if ((status.code ?? 404) !== 404) throw new Malformed('code', '404');
    return status;
  },
};
/** Whether an API server says that the object does not exist. A page of somebody else with the same status says nothing. */
export const isAbsent = (answer: Answer): boolean => answer.status === 404 && decoded(answer, absence, '').ok;
/** Whether an API server says that it does not serve the path at all; kube-apiserver's own words for that are no JSON. */
export const isUnserved = (answer: Answer): boolean =>
  isAbsent(answer) || (answer.status === 404 && typeof answer.body === 'string' && answer.body.trim() === '404 page not found');
/** The message of a Kubernetes Status, safe to print; never a whole body, which may quote a Secret. */
export const statusMessage = (answer: Answer): string => {
  const message = statusIn(answer)?.message;
  return message === undefined ? `HTTP ${answer.status}` : printable(message).slice(0, 300);
};

/** An answer that is none of the wanted: what that means, and the words for it. */
export const refusalOf = (answer: Answer): Refusal & { readonly ok: false } => {
  const { status } = answer;
  const kubernetes = statusIn(answer) !== undefined;
  const cause = kubernetes ? byStatus(status) : ofStranger(answer);
  const reason = cause === 'not-an-api' ? `${causes[cause].one}: ${firstWord(answer)}` : statusMessage(answer);
  return { ok: false, cause, detail: `${status}: ${reason}`, status, kubernetes };
};
const byStatus = (status: number): Cause =>
  status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : status === 429 ? 'throttled' : status >= 500 ? 'unavailable' : 'http';
/** A gateway in front of an API says in its own way that it has too much to do, or lets nobody in; a page is no such word. */
const ofStranger = (answer: Answer): Cause => {
  const { status } = answer;
  if (status === 429 || status >= 500) return byStatus(status);
  return status === 401 && !isPage(answer) ? 'unauthorized' : 'not-an-api';
};
const isPage = ({ type, body }: Answer): boolean => type.includes('html') || (typeof body === 'string' && body.trimStart().startsWith('<'));

/** `text/html that begins "<!DOCTYPE"`: enough to know it again, and too little to tell a secret. */
const firstWord = ({ type, body }: Answer): string => {
  if (typeof body !== 'string')
    return `${type} that is ${Array.isArray(body) ? 'a list' : body === null ? 'null' : typeof body === 'object' ? 'no Kubernetes object' : `a ${typeof body}`}`;
  const word = printable(/^\s*(\S{1,20})/.exec(body.slice(0, 1000))?.[1] ?? '');
  return `${type === '' ? 'an answer' : printable(type).slice(0, 60)} ${word === '' ? 'that is empty' : `that begins ${JSON.stringify(word)}`}`;
};

/** Every object of Kubernetes says its kind, and so does every error; only /version has none. One of these is enough: the rest may be malformed. */
const ownFields: readonly string[] = ['kind', 'apiVersion', 'metadata', 'items', 'spec', 'status', 'major', 'minor', 'gitVersion'];
const isStrange = (body: unknown): boolean => !isFields(body) || !Object.keys(body).some(key => ownFields.includes(key));

/** The value of an answer that has a wanted status; none where it says Failure with a status of success. */
export const decoded = <T>(answer: Answer, codec: Pick<Codec<T>, 'read'>, what: string): Outcome<T> => {
  if (answer.status < 300 && statusIn(answer)?.status === 'Failure')
    return { ...refusalOf(answer), cause: 'malformed', detail: `${answer.status}, and all the same Failure: ${statusMessage(answer)}` };
  try {
    return { ok: true, value: codec.read(answer.body, '') };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { status, body } = answer;
    if (!isStrange(body))
      return { ok: false, cause: 'malformed', detail: `${what}: ${printable(error.message).slice(0, 200)}`, status, kubernetes: false };
    const detail = `${status}: ${causes['not-an-api'].one}: ${firstWord(answer)}`;
    return { ok: false, cause: 'not-an-api', detail, status, kubernetes: false };
  }
};

/** A refusal as the reason why a fact is unread. */
export const unreadOf = ({ cause, detail }: Refusal): Read<never> => unreadable(causes[cause].unread, detail);
