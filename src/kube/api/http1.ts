import { type Agent, request as httpsRequest } from 'node:https';
import type { Limits } from './limited.ts';
import { awaitReply } from './reply.ts';
import { bodyOf, headersOf, pathOf, type Reply, type Request, type Wire } from './request.ts';

/** One request over HTTP/1.1; the agent has the connections. */
export const overHttp1 = (wire: Wire, agent: Agent, request: Request, limits: Limits): Promise<Reply> =>
  awaitReply(wire.url, request, limits, ({ read, fail }) => {
    const body = bodyOf(request);
    const outgoing = httpsRequest(
      {
        hostname: wire.url.hostname.replace(/^\[|\]$/g, ''),
        port: wire.url.port || 443,
        path: pathOf(wire, request),
        method: request.method ?? 'GET',
        agent,
        headers: headersOf(wire, request, body),
      },
      incoming => read(incoming, incoming.statusCode ?? 0, incoming.headers),
    );
    outgoing.on('error', fail);
    outgoing.end(body);
    return () => outgoing.destroy();
  });
