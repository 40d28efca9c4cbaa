import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { issue, makeAuthority } from '../../sandbox/certificates.ts';
import { credential } from '../../src/base/credential.ts';
import type { StoredKubeconfig } from '../../src/kube/kubeconfig/stored.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** A JSON body, or a text of any type; `undefined` hangs, and `reset` breaks the connection. */
export type Scripted = { readonly status?: number; readonly body: unknown; readonly type?: string } | 'reset' | undefined;
export interface ScriptedServer {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  readonly asked: readonly Asked[];
  readonly stored: StoredKubeconfig;
  readonly stop: () => Promise<void>;
}

/** A server that answers what the test says, however wrong; over HTTPS with a CA of its own. */
export const startScripted = async (script: (asked: Asked) => Scripted, token = 'token-of-the-script'): Promise<ScriptedServer> => {
  const authority = await makeAuthority();
  const asked: Asked[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer(await issue(authority), (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'https://server');
    const { authorization = '' } = incoming.headers;
    let sent = '';
    incoming.setEncoding('utf8').on('data', (text: string) => {
      sent += text;
    });
    incoming.on('end', () => {
      const { method = 'GET', headers } = incoming;
      const one: Asked = { method, path: url.pathname, query: url.searchParams, authorization, headers, body: sent };
      asked.push(one);
      const answer = script(one);
      if (answer === undefined) return;
      if (answer === 'reset') return void incoming.socket.destroy();
      const { status = 200, body, type = typeof body === 'string' ? 'text/plain' : 'application/json' } = answer;
      outgoing.writeHead(status, { 'Content-Type': type, 'Retry-After': '0' }).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    caPem: authority.pem,
    token,
    asked,
    stored: { server: url, caPem: authority.pem, insecure: false, auth: ['token'], token: credential(token), userMissing: false },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(closed => server.close(() => closed()));
    },
  };
};
