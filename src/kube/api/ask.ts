import { type Codec, object, text } from '../../base/codec.ts';
import { decoded, type Outcome, type Refusal, refusalOf } from './answer.ts';
import type { Connection } from './connection.ts';
import type { Answer, Request } from './request.ts';
import { TransportError } from './transport-error.ts';

/** A request that ends without any answer, as the same refusal that an answer may be. Ctrl-C goes on. */
export const refusalIn = (error: unknown): Refusal & { readonly ok: false } => {
  if (!(error instanceof TransportError)) throw error;
  return { ok: false, cause: error.reason, detail: error.message, kubernetes: false };
};
/** The answer, whatever it is, or why there is none. */
export const send = async (connection: Connection, request: Request): Promise<Outcome<Answer>> => {
  try {
    return { ok: true, value: await connection.request(request) };
  } catch (error) {
    return refusalIn(error);
  }
};
/** The decoded answer of a request, or what came instead: the one door for everything that an API says. */
export const ask = async <T>(
  connection: Connection,
  request: Request,
  codec: Pick<Codec<T>, 'read'>,
  what: string,
): Promise<Outcome<T>> => {
  const answer = await send(connection, request);
  if (!answer.ok) return answer;
  return [200, 201, 202].includes(answer.value.status) ? decoded(answer.value, codec, what) : refusalOf(answer.value);
};

const gitVersion = object({ gitVersion: text });
/** The version of the API server, as `v1.31.0`. */
export const askVersion = async (connection: Connection): Promise<Outcome<string>> => {
  const answer = await ask(connection, { path: '/version' }, gitVersion, 'the version');
  return answer.ok ? { ok: true, value: answer.value.gitVersion } : answer;
};
