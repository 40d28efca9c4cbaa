import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createNet, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { stringify } from 'yaml';
import { issue, makeAuthority } from '../sandbox/certificates.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { runInProcess } from './support/in-process.ts';
import { serverOf } from './support/registered.ts';
import type { CheckJson } from './support/run.ts';

const token = 'token-of-the-hostile-servers-1';
const crlf = '\r\n';
const http = (head: readonly string[], body = ''): string => [...head, '', body].join(crlf);
const ok = (body: string, type = 'application/json', ...more: readonly string[]): string =>
  http(['HTTP/1.1 200 OK', `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`, ...more], body);

/** What a server without TLS says as soon as somebody connects, or after the first bytes. */
const plain: Readonly<Record<string, (socket: Socket) => void>> = {
  nothing: () => undefined,
  'an end at once': socket => socket.end(),
  'a reset at once': socket => socket.resetAndDestroy(),
  zeros: socket => socket.write(Buffer.alloc(4096)),
  'a megabyte of zeros': socket => socket.write(Buffer.alloc(1 << 20)),
  'an HTTP page': socket => socket.write(ok('<html>', 'text/html')),
  'a banner of ssh': socket => socket.write('SSH-2.0-OpenSSH_9.9\r\n'),
  'a banner of smtp': socket => socket.write('220 mail ESMTP\r\n'),
  'an alert of TLS': socket => socket.write(Buffer.from([21, 3, 3, 0, 2, 2, 40])),
  'half an alert': socket => socket.write(Buffer.from([21, 3, 3, 0, 2])),
  'a record that is too long': socket => socket.write(Buffer.from([22, 3, 3, 0xff, 0xff, ...Buffer.alloc(100)])),
  'a ServerHello that breaks off': socket => socket.write(Buffer.from([22, 3, 3, 0, 60, 2, 0, 0, 56, 3, 3])),
  'what it was sent': socket => socket.pipe(socket),
  'a byte a moment': socket => {
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('H')), 50);
    timer.unref();
  },
};
/** What a server with the right certificate answers to each request, over HTTP/1.1. */
const answers: Readonly<Record<string, string | ((socket: TLSSocket) => void)>> = {
  'no answer': () => undefined,
  'an end': socket => socket.end(),
  'a reset': socket => socket.destroy(),
  'no HTTP': 'hello\r\n\r\n',
  zeros: '\0'.repeat(5000),
  'HTTP/0.9': '<html>hello</html>',
  'HTTP/2 that nobody asked for': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a status of no number': http(['HTTP/1.1 abc OK']),
  'a status of 999': http(['HTTP/1.1 999 Odd', 'Content-Length: 0']),
  'a status of 100 for ever': socket => {
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('HTTP/1.1 100 Continue\r\n\r\n')), 20);
    timer.unref();
  },
  'a switch of protocols': http(['HTTP/1.1 101 Switching Protocols', 'Upgrade: x', 'Connection: Upgrade']),
  'headers without an end': socket => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(
      () => (socket.destroyed ? clearInterval(timer) : socket.write(`X-${Math.random()}: ${'x'.repeat(2000)}\r\n`)),
      5,
    );
    timer.unref();
  },
  'a header of a megabyte': http(['HTTP/1.1 200 OK', `X: ${'x'.repeat(1 << 20)}`, 'Content-Length: 2'], '{}'),
  'a header with a line break': http(['HTTP/1.1 200 OK', 'X: a\rb', 'Content-Length: 2'], '{}'),
  'two lengths': http(['HTTP/1.1 200 OK', 'Content-Length: 2', 'Content-Length: 3'], '{}'),
  'a length and chunks': http(['HTTP/1.1 200 OK', 'Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  'a length below nothing': http(['HTTP/1.1 200 OK', 'Content-Length: -1'], '{}'),
  'a length that never comes': http(['HTTP/1.1 200 OK', 'Content-Type: application/json', 'Content-Length: 1000'], '{'),
  'a length beyond all': http(['HTTP/1.1 200 OK', 'Content-Length: 99999999999999999999'], '{}'),
  'a chunk that is none': http(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], 'zz\r\n{}\r\n'),
  'a chunk without an end': http(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], 'ffffffff\r\n{'),
  'a body without an end': socket => {
    socket.write(http(['HTTP/1.1 200 OK', 'Content-Type: application/json'], '['));
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(`${'1,'.repeat(50_000)}`)), 5);
    timer.unref();
  },
  'nothing at all': ok(''),
  'a word': ok('ok', 'text/plain'),
  'a page': ok('<!doctype html><title>Log in</title>', 'text/html'),
  null: ok('null'),
  'a number': ok('7'),
  'a list': ok('[]'),
  'an empty object': ok('{}'),
  'half an object': ok('{"gitVersion":"v1.30'),
  'an object of another kind': ok('{"kind":"Secret","apiVersion":"v1","data":{}}'),
  'a refusal with status 200': ok('{"kind":"Status","status":"Failure","code":401}'),
  'a list that is null': ok('{"kind":"APIGroupList","groups":null,"items":null,"gitVersion":null}'),
  'fields of other types': ok('{"kind":7,"gitVersion":{},"items":{},"status":[],"groups":"x","resources":7}'),
  'a prototype': ok('{"__proto__":{"gitVersion":"v1.30.0"},"constructor":{"prototype":{}}}'),
  'a depth of 100,000': ok('['.repeat(100_000) + ']'.repeat(100_000)),
  'a hundred thousand fields': ok(`{${Array.from({ length: 100_000 }, (_, at) => `"f${at}":1`).join(',')}}`),
  'bytes that are no UTF-8': ok(`{"gitVersion":"${'\u00ff'.repeat(10)}"}`, 'application/json; charset=latin1'),
  'UTF-16': ok(Buffer.from('{"gitVersion":"v1.30.0"}', 'utf16le').toString('latin1')),
  'what says that it is gzip': ok('{}', 'application/json', 'Content-Encoding: gzip'),
  protobuf: ok('k8s\0\n\0', 'application/vnd.kubernetes.protobuf'),
  ...Object.fromEntries(
    [
      201, 204, 206, 300, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 413, 415, 418, 422, 426, 429, 431,
      451, 500, 501, 502, 503, 504, 505, 511, 520, 599,
    ].map(status => [
      `a status of ${status}`,
      http(
        [`HTTP/1.1 ${status} X`, 'Location: https://127.0.0.1:1/', 'Retry-After: 0', 'Content-Type: application/json', 'Content-Length: 2'],
        '{}',
      ),
    ]),
  ),
};
const protocols: Readonly<Record<string, object>> = {
  'TLS 1.1': { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
  'a protocol that nobody asked for': { ALPNProtocols: ['spdy/3'] },
  'a certificate that it asks for': { requestCert: true, rejectUnauthorized: true },
};

let world: World;
const folder = temporaryFolder('hostile');
const stops: (() => void)[] = [];
/** by name: what came to it in the clear, or over TLS that must not have been trusted */
const heard = new Map<string, string>();
const hosts = new Map<string, { readonly port: number; readonly caPem: string }>();
before(async () => {
  world = await startWorld([]);
  const authority = await makeAuthority();
  const [own, other] = [await issue(authority), await issue(await makeAuthority('another'))];
  const listen = async (name: string, server: ReturnType<typeof createNet>): Promise<void> => {
    const sockets = new Set<Socket>();
    server.on('connection', socket => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
    hosts.set(name, { port: (server.address() as AddressInfo).port, caPem: authority.pem });
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  };
  const hear = (name: string, socket: Socket): void => {
    socket.on('error', () => undefined).on('data', (data: Buffer) => heard.set(name, (heard.get(name) ?? '') + data.toString('latin1')));
  };
  for (const [name, speak] of Object.entries(plain))
    await listen(
      `in the clear: ${name}`,
      createNet(socket => {
        hear(`in the clear: ${name}`, socket);
        speak(socket);
      }),
    );
  for (const [name, answer] of Object.entries(answers))
    await listen(
      name,
      createTls({ ...own, ALPNProtocols: ['http/1.1'] }, socket => {
        socket
          .on('error', () => undefined)
          .on('data', () => {
            if (typeof answer === 'function') answer(socket);
            else socket.write(answer);
          });
      }),
    );
  for (const [name, options] of Object.entries(protocols))
    await listen(
      name,
      createHttps({ ...own, ...options }, (_, reply) => reply.end('{}')),
    );
  await listen(
    'not trusted',
    createTls(other, socket => hear('not trusted', socket)),
  );
});
after(async () => {
  for (const stop of stops) stop();
  await world.stop();
});
const entries = (): readonly (readonly [name: string, title: string])[] =>
  [...hosts.keys()].map((title, index) => [`h${String(index + 1).padStart(3, '0')}`, title]);
const kubeconfig = (name: string, title: string): string => {
  const { port = 0, caPem = '' } = hosts.get(title) ?? {};
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
};

test('as data planes: no bug, no hang, none is ok, and no credential goes where TLS was not verified', { timeout: 120_000 }, async () => {
  assert.ok(hosts.size >= 90, String(hosts.size));
  const cp = serverOf(world, 'cp');
  for (const [name, title] of entries()) {
    const data = { kubeconfig: Buffer.from(kubeconfig(name, title)).toString('base64') };
    cp.put('', 'secrets', { metadata: { namespace, name }, data });
    cp.put('config.k8ssandra.io', 'clientconfigs', {
      metadata: { namespace, name },
      spec: { contextName: name, kubeConfigSecret: { name } },
    });
  }
  const { stdout, stderr, code } = await runInProcess([
    'contexts',
    'check',
    '-o',
    'json',
    '--timeout',
    '2s',
    '--kubeconfig',
    world.kubeconfig,
  ]);
  assert.doesNotMatch(stdout + stderr, /bug:|TypeError|RangeError|\n\s+at /);
  assert.notEqual(code, 0);
  const { contexts } = JSON.parse(stdout) as CheckJson;
  for (const [name, title] of entries()) {
    const context = contexts.find(one => one.name === name);
    const proven =
      context?.probes.filter(({ id, status }) => status === 'pass' && (id === 'identity' || id === 'access' || id === 'crds')) ?? [];
    assert.deepEqual([title, proven], [title, []]);
    assert.ok(context !== undefined && context.status !== 'ok', `${title}: ${context?.status}`);
  }
  for (const [name, bytes] of heard) assert.ok(!bytes.includes(token), name);
  assert.ok(!(stdout + stderr).includes(token));
});

test('as control planes: completion is silent, and a command says one line', { timeout: 120_000 }, async () => {
  await Promise.all(
    entries().map(async ([name, title]) => {
      const file = join(folder, name);
      writeFileSync(file, kubeconfig(name, title), { mode: 0o600 });
      const env = { KUBECONFIG: file, KUBECTL_K8SSANDRA_COMPLETION_MS: '1500' };
      const offered = await runInProcess(['__complete', 'contexts', 'check', ''], { env });
      assert.deepEqual([title, offered.stdout.replace(/^h\d+\b.*\n/gm, ''), offered.stderr], [title, ':4\n', '']);
      const said = await runInProcess(['clientconfig', 'list', '--kubeconfig', file, '--request-timeout', '2s']);
      assert.doesNotMatch(said.stdout + said.stderr, /bug:|TypeError|\n\s+at /, title);
      assert.ok(said.code === 3 || said.code === 4, `${title}: ${said.code} ${said.stdout}${said.stderr}`);
    }),
  );
});
