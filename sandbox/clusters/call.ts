import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { Answer, Cluster } from './cluster.ts';

/** One JSON call, over a connection of its own, so that a revived server never meets a dead one; without a token it is anonymous. */
export const call = async (
  { server, caPem }: Pick<Cluster, 'server' | 'caPem'>,
  to: { token?: string; method?: string; path: string; body?: unknown; contentType?: string; accept?: string },
): Promise<Answer> => {
  const { token, method = 'GET', path, body, contentType = 'application/json', accept = 'application/json' } = to;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    accept,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    // Node frames no body of a DELETE by itself.
    ...(text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
  };
  const request = httpsRequest(new URL(path, server), { method, headers, ca: caPem, agent: false, timeout: 30_000 });
  // A failure after the answer began is the answer's own error; it must not end the process as well.
  request.on('error', () => {});
  request.on('timeout', () => request.destroy(new Error(`no answer in time: ${method} ${server}${path}`)));
  request.end(text);
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const answered = Buffer.concat(chunks).toString();
  const json = String(response.headers['content-type'] ?? '').includes('json');
  return { status: Number(response.statusCode), body: json ? JSON.parse(answered) : answered };
};
