import type { IncomingHttpHeaders } from 'node:http';
import { finishing, type Limits, limited } from './limited.ts';
import type { Reply, Request } from './request.ts';
import { TransportError } from './transport-error.ts';

const maxBody = 32 * 1024 * 1024;
/** Deeper than any Kubernetes object, and shallow enough to be walked through. */
const maxDepth = 200;

interface Incoming {
  readonly on: (event: 'data' | 'end' | 'error' | 'aborted' | 'close', listener: (value?: unknown) => void) => unknown;
}
export interface Watch {
  /** reads an answer whose headers have come */
  readonly read: (incoming: Incoming, status: number, headers: IncomingHttpHeaders) => void;
  readonly fail: (error: unknown) => void;
}
/** One time limit for all phases, Ctrl-C, a size limit and no redirects, for either protocol. `start` returns what gives the request up. */
export const awaitReply = (url: URL, request: Request, limits: Limits, start: (watch: Watch) => () => void): Promise<Reply> =>
  limited(url.host, request.mustFinish === true ? finishing(limits) : limits, (done, fail) => {
    const read: Watch['read'] = (incoming, status, headers) =>
      readText(
        incoming,
        url.host,
        text => {
          try {
            done(replyOf(url.host, status, headers, text));
          } catch (error) {
            fail(error);
          }
        },
        fail,
      );
    return start({ read, fail });
  });

const readText = (incoming: Incoming, host: string, finish: (text: string) => void, fail: (error: unknown) => void): void => {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', chunk => {
    if (!Buffer.isBuffer(chunk)) return;
    size += chunk.length;
    if (size > maxBody) fail(new TransportError('malformed', `${host}: the answer is larger than ${maxBody} bytes`));
    else chunks.push(chunk);
  });
  incoming.on('error', fail);
  incoming.on('aborted', () => fail(new TransportError('reset', `${host}: the answer broke off`)));
  incoming.on('end', () => finish(Buffer.concat(chunks).toString('utf8')));
};

const replyOf = (host: string, status: number, headers: IncomingHttpHeaders, text: string): Reply => {
  if (status >= 300 && status < 400) throw new TransportError('not-an-api', `${host}: answered with a redirect, which is not followed`);
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  const seconds = Number(headers['retry-after'] ?? '1');
  const retryAfter = Number.isFinite(seconds) ? Math.max(0, Math.min(seconds, 5)) : 1;
  const reply = { status, type: type.trim().toLowerCase(), retryAfter, text };
  if (!reply.type.endsWith('json')) return { ...reply, body: text };
  const json = parseJson(text);
  if (json.ok) return { ...reply, body: json.value };
  if (status < 400) throw new TransportError('malformed', `${host}: ${json.fault}`);
  return { ...reply, type: 'text/plain', body: text };
};
const parseJson = (text: string): { ok: true; value: unknown } | { ok: false; fault: string } => {
  if (isDeep(text)) return { ok: false, fault: `the answer is nested more than ${maxDepth} levels deep` };
  try {
    // Go writes what is no Unicode as U+FFFD, and so it is read here.
    const wellFormed = (_key: string, one: unknown): unknown => (typeof one === 'string' ? one.toWellFormed() : one);
    return { ok: true, value: JSON.parse(text, mayHoldSurrogates(text) ? wellFormed : undefined) };
  } catch {
    return { ok: false, fault: 'the answer is not valid JSON' };
  }
};
/** Most answers have no escape at all, which is found sooner than that none is one of a surrogate. */
const mayHoldSurrogates = (text: string): boolean => text.includes('\\') && /\\ud[89a-f]/i.test(text);
const isDeep = (text: string): boolean => {
  if (text.length <= maxDepth) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === 0x5c) at++;
      else if (char === 0x22) quoted = false;
    } else if (char === 0x22) quoted = true;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
};
