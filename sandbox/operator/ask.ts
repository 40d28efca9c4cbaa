import { Agent, request } from 'node:https';
import type { Ask } from '../api/server.ts';

/** Calls with a token over HTTPS, for a server that is not in this process. Idle connections keep nothing alive. */
export const askOver = (server: string, caPem: string, token: string): Ask => {
  const agent = new Agent({ keepAlive: true, ca: caPem, maxSockets: 4 });
  return (method, path, body, contentType = 'application/json') =>
    new Promise((done, broken) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        Authorization: `Bearer ${token}`,
        Accept: 'application/json',
        // Node frames no body of a DELETE by itself.
        ...(text === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) }),
      };
      const sent = request(`${server}${path}`, { method, agent, headers }, incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', broken);
        incoming.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          done({ status: incoming.statusCode ?? 0, body: answer.startsWith('{') ? JSON.parse(answer) : answer });
        });
      });
      sent.on('error', broken);
      sent.end(text);
    });
};
