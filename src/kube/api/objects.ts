import type { Sentence } from '../../base/advice.ts';
import { causes, unreads } from '../../base/cause.ts';
import { type Codec, isSegment, Malformed, object, optional, text } from '../../base/codec.ts';
import { printable, UserError } from '../../base/errors.ts';
import { known, type Read } from '../../base/read.ts';
import { apiPath, type Kind, type KubeObject } from '../kinds.ts';
import { refusedRight, rightsTexts, roleToAskFor } from '../refused-right.ts';
import { absence, anyObject, decoded, isAbsent, refusalOf, unreadOf } from './answer.ts';
import { send } from './ask.ts';
import type { Connection } from './connection.ts';
import type { Answer, Request } from './request.ts';

/** One object; `ok` with `undefined` when the API says it does not exist, or when nothing can have such a name. */
export const getObject = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  namespace: string | undefined,
  name: string,
  /** a read that a roll-back needs, which Ctrl-C does not end */
  mustFinish = false,
): Promise<Read<T | undefined>> => {
  if (!isSegment(name) || (namespace !== undefined && !isSegment(namespace))) return known(undefined);
  const answer = await send(connection, { path: apiPath(kind, namespace, name), mustFinish });
  if (!answer.ok) return unreadOf(answer);
  if (isAbsent(answer.value)) return known(undefined);
  if (answer.value.status !== 200) return unreadOf(refusalOf(answer.value));
  const object = decoded(answer.value, objectCodec(kind), `${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
  return object.ok ? known(object.value) : unreadOf(object);
};
/** An object as its kind reads it. Throws Malformed, for another kind too; in a list the kind may be left out. */
export const objectOf = <T extends KubeObject>(value: unknown, kind: Kind<T>): T => {
  const object = kind.codec.read(value, '');
  if (object.kind !== undefined && object.kind !== kind.kind) throw new Malformed('kind', kind.kind);
  return object;
};
/** The same as a codec, for a request whose answer is an object. */
const objectCodec = <T extends KubeObject>(kind: Kind<T>): Pick<Codec<T>, 'read'> => ({ read: value => objectOf(value, kind) });
const someName = object({ metadata: object({ namespace: optional(text), name: text }) });
/** What an object that is not of its kind's shape is called, as far as that can be told. */
export const nameIn = (value: unknown, { kind, namespaced }: Kind): string => {
  try {
    const { namespace, name } = someName.read(value, '').metadata;
    return printable(`${kind} ${namespaced ? `${namespace ?? '?'}/` : ''}${name}`).slice(0, 200);
  } catch {
    return `${kind} without a name`;
  }
};

/** A refusal of a write or of what a command cannot do without; `status` is the HTTP status, where there was one. */
export class RefusedError extends UserError {
  readonly status: number | undefined;
  constructor(message: string, fix: Sentence, exitCode: 3 | 4, status: number | undefined) {
    super(message, fix, exitCode);
    this.status = status;
  }
}
/** A write, or a read that must succeed, of which nothing but that is wanted. Every refusal becomes one line that says what was refused and by whom. */
export const demand = async (connection: Connection, what: string, request: Request): Promise<void> => {
  await demandDecoded(connection, what, request, anyObject);
};
/** The same, with what it answered; an answer of another shape is a refusal without a status, since what was asked may have been done. */
export const demandDecoded = async <T>(connection: Connection, what: string, request: Request, codec: Pick<Codec<T>, 'read'>): Promise<T> =>
  accepted(connection, what, await demandAnswer(connection, what, request), codec);
const accepted = <T>({ context }: Connection, what: string, answer: Answer, codec: Pick<Codec<T>, 'read'>): T => {
  const result = decoded(answer, codec, 'the answer');
  if (result.ok) return result.value;
  throw new RefusedError(
    `cannot ${what} in ${context}: ${result.detail}`,
    unreads[causes[result.cause].unread].cure(context),
    4,
    undefined,
  );
};
/** Asks for a deletion; `conflict` where the object is not, or no longer, as the preconditions say. */
export const demandDeletion = async (
  connection: Connection,
  what: string,
  request: Pick<Request, 'path' | 'body'>,
): Promise<'deleted' | 'gone' | 'conflict'> => {
  const answer = await demandAnswer(connection, what, { ...request, method: 'DELETE', mustFinish: true }, [200, 202, 404, 409]);
  // A page of somebody else in front of the API says nothing of what became of the object, whatever its status.
  accepted(connection, what, answer, answer.status === 404 ? absence : anyObject);
  return answer.status === 409 ? 'conflict' : answer.status === 404 ? 'gone' : 'deleted';
};
export const demandObject = <T extends KubeObject>(connection: Connection, what: string, request: Request, kind: Kind<T>): Promise<T> =>
  demandDecoded(connection, what, request, objectCodec(kind));
/** The same, where the status tells something too. */
const demandAnswer = async (
  connection: Connection,
  what: string,
  request: Request,
  accept: readonly number[] = [200, 201, 202],
): Promise<Answer> => {
  const answer = await send(connection, request);
  if (answer.ok && accept.includes(answer.value.status)) return answer.value;
  const { cause, detail, status } = answer.ok ? refusalOf(answer.value) : answer;
  const { context } = connection;
  const { exit, cure } = unreads[causes[cause].unread];
  const reading = (request.method ?? 'GET') === 'GET';
  throw new RefusedError(`cannot ${what} in ${context}: ${detail}`, cures[status ?? 0] ?? cure(context), reading ? exit : 4, status);
};
/** Refusals of a write that the kind of failure alone does not explain. */
const cures: Readonly<Record<number, string>> = {
  404: 'check the name and the namespace',
  409: 'someone else changed it at the same time: look at it, then run this again',
  422: 'the API server refuses the object: correct what its message names',
};
/** The value of a read that must succeed before anything can be done. */
export const required = <T>(read: Read<T>, what: string, context: string): T => {
  if (read.ok) return read.value;
  const { exit, cure } = unreads[read.reason];
  if (read.reason === 'unauthorized')
    throw new UserError(
      `${context} does not accept your credentials${read.detail.startsWith('401: ') ? ' (401)' : `: ${read.detail}`}`,
      cure(context),
      exit,
    );
  const right = read.reason === 'forbidden' ? refusedRight(read.detail) : undefined;
  if (right !== undefined) throw new UserError(rightsTexts([right], context).join(), roleToAskFor, exit);
  throw new UserError(`cannot read ${what} in ${context}: ${read.detail}`, cure(context), exit);
};
