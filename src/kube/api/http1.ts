import type { Agent, request } from 'node:https';
import type { Limits } from './limited.ts';
import { awaitReply } from './reply.ts';
import { bodyOf, headersOf, pathOf, type Reply, type Request, type Wire } from './request.ts';

/** Node's client of HTTP/1.1, which is loaded only where a server speaks nothing newer. */
export interface Http1 {
  readonly request: typeof request;
  /** has the connections */
  readonly agent: Agent;
}
/** One request over HTTP/1.1. */
export const overHttp1 = (wire: Wire, http: Http1, request: Request, limits: Limits): Promise<Reply> =>
  awaitReply(wire.url, request, limits, ({ read, fail }) => {
    const body = bodyOf(request);
    const outgoing = http.request(
      {
        hostname: wire.url.hostname.replace(/^\[|\]$/g, ''),
        port: wire.url.port || 443,
        path: pathOf(wire, request),
        method: request.method ?? 'GET',
        agent: http.agent,
        headers: headersOf(wire, request, body),
      },
      incoming => read(incoming, incoming.statusCode ?? 0, incoming.headers),
    );
    outgoing.on('error', fail);
    outgoing.end(body);
    return () => outgoing.destroy();
  });
