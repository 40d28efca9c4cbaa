import type { Sentence } from '../../base/advice.ts';
import { causes, unreads } from '../../base/cause.ts';
import { UserError } from '../../base/errors.ts';
import { known, type Read } from '../../base/read.ts';
import { apiPath, type Kind, type KubeObject } from '../kinds.ts';
import { isAbsent, refusalOf, unreadOf } from './answer.ts';
import { send } from './ask.ts';
import type { Connection } from './connection.ts';
import type { Request } from './request.ts';

/** One object; `ok` with `undefined` when the API says it does not exist. */
export const getObject = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind,
  namespace: string | undefined,
  name: string,
): Promise<Read<T | undefined>> => {
  const sent = await send(connection, { path: apiPath(kind, namespace, name) });
  if (!sent.ok) return unreadOf(sent);
  if (isAbsent(sent.value)) return known(undefined);
  return sent.value.status === 200 ? known(sent.value.body as T) : unreadOf(refusalOf(sent.value));
};

/** A refusal of a write or of what a command cannot do without; `status` is the HTTP status, where there was one. */
export class RefusedError extends UserError {
  readonly status: number | undefined;
  constructor(message: string, fix: Sentence, exitCode: 3 | 4, status: number | undefined) {
    super(message, fix, exitCode);
    this.status = status;
  }
}
/** A write, or a read that must succeed. Every refusal becomes one line that says what was refused and by whom. */
export const demand = async <T>(
  connection: Connection,
  what: string,
  request: Request,
  accept: readonly number[] = [200, 201, 202],
): Promise<T> => {
  const sent = await send(connection, request);
  if (sent.ok && accept.includes(sent.value.status)) return sent.value.body as T;
  const { cause, detail, status } = sent.ok ? refusalOf(sent.value) : sent;
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
  throw new UserError(
    read.reason === 'unauthorized'
      ? `${context} does not accept your credentials: ${read.detail}`
      : `cannot read ${what} in ${context}: ${read.reason}: ${read.detail}`,
    cure(context),
    exit,
  );
};
