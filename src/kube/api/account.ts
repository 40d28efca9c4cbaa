import { fieldsOf } from '../../base/fields.ts';
import { kinds } from '../kinds.ts';
import { statusMessage } from './answer.ts';
import type { Limits, Written } from './limited.ts';
import type { Answer, Connection, Request } from './request.ts';
import { TransportError } from './transport-error.ts';

/** A connection's requests, of which whoever keeps account is told each write of an object; reviews and requests for tokens store nothing. */
export const accounted =
  (context: string, { wrote }: Limits, ask: Connection['request']): Connection['request'] =>
  async request => {
    const object = wrote === undefined ? undefined : written(request);
    if (wrote === undefined || object === undefined) return ask(request);
    const unknown = (why: string): void => wrote({ did: 'unknown', object, context, why });
    try {
      const answer = await ask(request);
      if (answer.status < 300) wrote({ ...outcomeOf(request, answer), object, context });
      // What a gateway says of a write is no proof that the server behind it has not carried it out.
      else if (answer.status >= 500) unknown(`${answer.status}: ${statusMessage(answer)}`);
      return answer;
    } catch (error) {
      if (error instanceof TransportError && !error.unsent) unknown(error.message);
      throw error;
    }
  };

const deeds = { POST: 'created', PUT: 'updated', PATCH: 'updated' } as const;
const outcomeOf = ({ method = 'GET' }: Request, { body }: Answer): Pick<Written, 'did' | 'why'> => {
  if (method !== 'DELETE') return { did: method === 'GET' ? 'unknown' : deeds[method] };
  // One that finalizers hold is answered as it is; one that is gone is not.
  const { deletionTimestamp } = fieldsOf(fieldsOf(body)['metadata']);
  return deletionTimestamp === undefined ? { did: 'deleted' } : { did: 'updated', why: 'its deletion waits for its finalizers' };
};
/** The object that is written, as it is called; `undefined` for a read, or for what stores nothing. */
const written = ({ method = 'GET', path, body }: Request): string | undefined => {
  const [, root = '', ...parts] = (path.split('?')[0] ?? '').split('/');
  const group = root === 'apis' ? parts.shift() : '';
  const [, ...rest] = parts;
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest.splice(0, 2)[1] : undefined;
  const [plural, pathName, ...below] = rest;
  const kind = Object.values(kinds).find(one => one.group === group && one.plural === plural);
  const name = pathName ?? fieldsOf(fieldsOf(body)['metadata'])['name'];
  if (method === 'GET' || below.length > 0 || kind === undefined || typeof name !== 'string') return undefined;
  return `${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
};
