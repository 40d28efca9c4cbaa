import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ApiServer, startApiServer } from '../../sandbox/api/server.ts';
import { type Authority, issue, makeAuthority } from '../../sandbox/certificates.ts';
import { findPrograms } from '../../sandbox/clusters/binary.ts';
import { temporaryFolder } from '../../sandbox/folder.ts';
import { printedOn } from '../support/printed.ts';
import { startProxy, type TestProxy } from '../support/proxies.ts';
import { program } from '../support/run.ts';

let api: ApiServer;
let named: ApiServer;
let authority: Authority;
let kubectl: readonly string[];
const proxies: TestProxy[] = [];
const scratch = temporaryFolder('kubectl');
before(async () => {
  authority = await makeAuthority();
  api = await startApiServer({ authority });
  named = await startApiServer({ authority, certificate: { ips: [], dnsNames: ['api.corp.invalid'] } });
  const { file, args } = (await findPrograms(process.env, line => console.error(line))).kubectl;
  kubectl = [file, ...args];
  mkdirSync(join(scratch, 'bin'));
});
after(async () => {
  await Promise.all([api, named, ...proxies].map(one => one.stop()));
});

/** A kubeconfig as a text and what stands around it; `works`: whether kubectl gets an answer with it. */
interface Case {
  readonly name: string;
  readonly works: boolean;
  readonly config: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}
interface Parts {
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
}
const whole = ({ cluster = {}, user = {}, more = {} }: Parts): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
    ...more,
  });
const file = (name: string, content: string, mode = 0o600): string => {
  const path = join(scratch, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};
const answer = (token: string): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: { token } });

const cases = async (): Promise<readonly Case[]> => {
  const ca = Buffer.from(authority.pem).toString('base64');
  const other = await makeAuthority('other');
  const { cert, key } = await issue(authority);
  const token = api.adminToken;
  const server = api.url;
  const cluster = { server, 'certificate-authority-data': ca };
  const user = { token };
  const good = file('bin/good', `#!/bin/sh\necho '${answer(token)}'\n`, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: good, interactiveMode: 'Never' };
  const script = (name: string, text: string): string => file(`bin/${name}`, `#!/bin/sh\n${text}\n`, 0o755);
  const caFile = file('ca.pem', authority.pem);
  const tokenFile = file('token', `${token}\n`);
  const port = new URL(server).port;
  const way = async (kind: 'http' | 'https' | 'socks5'): Promise<string> => {
    const started = await startProxy(kind, { authority, leadsTo: Number(new URL(named.url).port) });
    proxies.push(started);
    return started.url;
  };
  const [httpProxy, httpsProxy, socksProxy] = [await way('http'), await way('https'), await way('socks5')];
  const far = { server: 'https://api.corp.invalid:6443', 'certificate-authority-data': ca };
  const farUser = { token: named.adminToken };
  const of = (name: string, works: boolean, parts: Parts, more: Partial<Case> = {}): Case => ({
    name,
    works,
    config: whole(parts),
    ...more,
  });
  const clusters = (list: readonly (readonly [name: string, works: boolean, change: object])[]): readonly Case[] =>
    list.map(([name, works, change]) => of(name, works, { cluster: { ...cluster, ...change }, user }));
  const users = (list: readonly (readonly [name: string, works: boolean, entry: object])[]): readonly Case[] =>
    list.map(([name, works, entry]) => of(name, works, { cluster, user: { ...entry } }));
  const yaml = (text: string): string => text.replaceAll('SERVER', server).replaceAll('CA', ca).replaceAll('TOKEN', token);
  const plain = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "SERVER", certificate-authority-data: CA}}]
users: [{name: u, user: {token: TOKEN}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
  const text = (name: string, works: boolean, change: (from: string) => string): Case => ({ name, works, config: yaml(change(plain)) });
  return [
    of('plain', true, { cluster, user }),
    ...clusters([
      ['CA of a file', true, { 'certificate-authority-data': undefined, 'certificate-authority': caFile }],
      ['CA of a relative file', true, { 'certificate-authority-data': undefined, 'certificate-authority': 'ca.pem' }],
      ['CA of a file that is not there', false, { 'certificate-authority-data': undefined, 'certificate-authority': 'nowhere.pem' }],
      ['both CAs', false, { 'certificate-authority': caFile }],
      ['another CA', false, { 'certificate-authority-data': Buffer.from(other.pem).toString('base64') }],
      ['two CAs', true, { 'certificate-authority-data': Buffer.from(`${other.pem}\n${authority.pem}`).toString('base64') }],
      ['CA that is no PEM', false, { 'certificate-authority-data': Buffer.from('x').toString('base64') }],
      ['CA that is no base64', false, { 'certificate-authority-data': '!' }],
      ['no CA', false, { 'certificate-authority-data': undefined }],
      ['insecure', true, { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true }],
      ['insecure with a CA', false, { 'insecure-skip-tls-verify': true }],
      ['insecure as a text', false, { 'insecure-skip-tls-verify': 'true' }],
      ['TLS name', true, { 'tls-server-name': 'localhost' }],
      ['wrong TLS name', false, { 'tls-server-name': 'elsewhere' }],
      ['slash behind the server', true, { server: `${server}/` }],
      ['upper-case scheme', true, { server: server.replace('https', 'HTTPS') }],
      ['no scheme with a CA', false, { server: `127.0.0.1:${port}` }],
      ['blank behind the server', false, { server: `${server} ` }],
      ['no server', false, { server: '' }],
      ['server that is a number', false, { server: 6443 }],
      ['closed port', false, { server: 'https://127.0.0.1:1' }],
      ['name localhost', true, { server: `https://localhost:${port}` }],
      ['wrong type of compression', false, { 'disable-compression': 'yes' }],
      ['compression off', true, { 'disable-compression': true }],
      ['proxy of an unknown kind', false, { 'proxy-url': 'ftp://127.0.0.1:1' }],
      ['proxy that is not there', false, { 'proxy-url': 'http://127.0.0.1:1' }],
      ['extensions', true, { extensions: [{ name: 'a', extension: { b: 1 } }] }],
      ['extensions as a map', false, { extensions: { a: 1 } }],
      ['foreign field', true, { whatever: 1 }],
    ]),
    ...users([
      ['token file', true, { tokenFile }],
      ['relative token file', true, { tokenFile: 'token' }],
      ['token file that is not there', false, { tokenFile: 'nowhere' }],
      ['token file before a token', true, { tokenFile, token: 'old' }],
      ['wrong token', false, { token: 'wrong' }],
      ['nobody', false, {}],
      ['token with a line break', false, { token: `${token}\n` }],
      ['token as a number', false, { token: 5 }],
      ['basic', false, { username: 'a', password: 'b' }],
      ['token and basic', false, { token, username: 'a', password: 'b' }],
      ['certificate without a key', false, { token, 'client-certificate-data': Buffer.from(cert).toString('base64') }],
      [
        'certificate and key',
        true,
        { token, 'client-certificate-data': Buffer.from(cert).toString('base64'), 'client-key-data': Buffer.from(key).toString('base64') },
      ],
      ['certificate and key of files', true, { token, 'client-certificate': file('c.pem', cert), 'client-key': file('k.pem', key) }],
      ['certificate of a file that is not there', false, { token, 'client-certificate': 'no.pem', 'client-key': 'k.pem' }],
      [
        'certificate and another key',
        false,
        {
          token,
          'client-certificate-data': Buffer.from(cert).toString('base64'),
          'client-key-data': Buffer.from((await issue(other)).key).toString('base64'),
        },
      ],
      ['groups without a user', false, { token, 'as-groups': ['a'] }],
      ['uid without a user', false, { token, 'as-uid': 'a' }],
      ['plugin', true, { exec }],
      ['relative plugin', true, { exec: { ...exec, command: './bin/good' } }],
      ['plugin that is not there', false, { exec: { ...exec, command: 'not-installed-plugin' } }],
      ['plugin without a mode', false, { exec: { ...exec, interactiveMode: undefined } }],
      ['plugin of a wrong mode', false, { exec: { ...exec, interactiveMode: 'never' } }],
      ['plugin that wants a terminal', false, { exec: { ...exec, interactiveMode: 'Always' } }],
      ['plugin of a past version', false, { exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1alpha1' } }],
      ['plugin that answers in another version', false, { exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1beta1' } }],
      ['plugin that fails', false, { exec: { ...exec, command: script('fails', 'exit 3') } }],
      ['plugin that prints a token', false, { exec: { ...exec, command: script('raw', `echo ${token}`) } }],
      ['plugin with a wrong token', false, { exec: { ...exec, command: script('wrong', `echo '${answer('wrong')}'`) } }],
      ['plugin that is renewed', true, { exec: { ...exec, command: script('renewed', `echo '${answer(token)}'`) } }],
      [
        'plugin that needs its cluster',
        true,
        {
          exec: {
            ...exec,
            provideClusterInfo: true,
            command: script('needs', `case "$KUBERNETES_EXEC_INFO" in *cluster*) exec '${good}';; esac; exit 1`),
          },
        },
      ],
      ['plugin without its cluster', false, { exec: { ...exec, command: join(scratch, 'bin/needs') } }],
      [
        'plugin with a variable',
        true,
        { exec: { ...exec, env: [{ name: 'T', value: 'x' }], command: script('variable', `[ "$T" = x ] && exec '${good}'`) } },
      ],
      ['plugin with a variable without a name', false, { exec: { ...exec, env: [{ value: 'x' }] } }],
      ['token before a plugin', true, { token, exec: { ...exec, command: join(scratch, 'bin/fails') } }],
      ['plugin and provider', false, { exec, 'auth-provider': { name: 'oidc' } }],
      ['provider gcp', false, { 'auth-provider': { name: 'gcp' } }],
      ['provider azure', false, { 'auth-provider': { name: 'azure' } }],
      ['unknown provider', false, { 'auth-provider': { name: 'x' } }],
    ]),
    text('YAML', true, from => from),
    text('byte order mark', true, from => `\ufeff${from}`),
    text('merge key', true, from => from.replace('user: {token: TOKEN}', 'user: {<<: {token: TOKEN}}')),
    text('anchors', true, from => from.replace('"SERVER"', '&s "SERVER"').replace('current-context: x', 'x: *s\ncurrent-context: x')),
    text('two clusters of one name', false, from => from.replace('clusters: [', 'clusters: [{name: c, cluster: {server: "https://a"}}, ')),
    text('another kind', false, from => from.replace('kind: Config', 'kind: config')),
    text('another version', false, from => from.replace('apiVersion: v1', 'apiVersion: v2')),
    text('no kind', true, from => from.replace('kind: Config\n', '')),
    text('a list of texts', false, from => from.replace(/users: .*/, 'users: [a]')),
    text('no YAML', false, from => `${from}  : [`),
    text('no current context', false, from => from.replace('current-context: x\n', '')),
    text('an unknown current context', false, from => from.replace('current-context: x', 'current-context: y')),
    text('an unknown cluster', false, from => from.replace('cluster: c', 'cluster: d')),
    text('a name that YAML takes for false', false, from => from.replace('name: u,', 'name: no,')),
    { name: 'an empty file', works: false, config: '' },
    of('--context', true, { cluster, user, more: { 'current-context': 'y' } }, { flags: ['--context', 'x'] }),
    of('an unknown --context', false, { cluster, user }, { flags: ['--context', 'y'] }),
    of('--token', true, { cluster, user: { token: 'old' } }, { flags: ['--token', token] }),
    of('--server', true, { cluster: { ...cluster, server: 'https://127.0.0.1:1' }, user }, { flags: ['--server', server] }),
    of('--certificate-authority', true, { cluster: { server }, user }, { flags: ['--certificate-authority', caFile] }),
    of('--insecure-skip-tls-verify', true, { cluster, user }, { flags: ['--insecure-skip-tls-verify'] }),
    of('--tls-server-name', false, { cluster, user }, { flags: ['--tls-server-name', 'elsewhere'] }),
    of('--as-group alone', false, { cluster, user }, { flags: ['--as-group', 'a'] }),
    of(
      'flags without a context',
      true,
      { more: { 'current-context': '', contexts: [] } },
      { flags: ['--server', server, '--certificate-authority', caFile, '--token', token] },
    ),
    of('SSL_CERT_FILE', true, { cluster: { server }, user }, { env: { SSL_CERT_FILE: caFile, SSL_CERT_DIR: '/nowhere' } }),
    of('SSL_CERT_DIR', true, { cluster: { server }, user }, { env: { SSL_CERT_FILE: '/nowhere', SSL_CERT_DIR: scratch } }),
    ...([httpProxy, httpsProxy, socksProxy] as const).map(url =>
      of(`proxy ${url}`, true, { cluster: { ...far, 'proxy-url': url }, user: farUser }),
    ),
    of('proxy, wrong name', false, { cluster: { ...far, server: 'https://10.0.0.1', 'proxy-url': socksProxy }, user: farUser }),
    of('HTTPS_PROXY', true, { cluster: far, user: farUser }, { env: { HTTPS_PROXY: httpProxy } }),
    of('https_proxy without a scheme', true, { cluster: far, user: farUser }, { env: { https_proxy: httpProxy.replace('http://', '') } }),
    of('HTTPS_PROXY of SOCKS', true, { cluster: far, user: farUser }, { env: { HTTPS_PROXY: socksProxy } }),
    of('NO_PROXY', false, { cluster: far, user: farUser }, { env: { HTTPS_PROXY: httpProxy, NO_PROXY: 'corp.invalid' } }),
    of('HTTPS_PROXY is not for loopback', true, { cluster, user }, { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }),
  ];
};

const ends = (
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly said: string }> =>
  new Promise((done, broken) => {
    const [command = '', ...args] = words;
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = printedOn(child.stderr);
    child.on('error', broken);
    child.on('close', code => done({ code, said: said() }));
  });

test('what kubectl connects with, this connects with, and what it refuses, this refuses', async () => {
  const all = await cases();
  assert.ok(all.length >= 80, String(all.length));
  const differences: string[] = [];
  const [own, first] = program();
  for (const [index, { name, works, config, env = {}, flags = [] }] of all.entries()) {
    const kubeconfig = ['--kubeconfig', file(`config-${index}`, config), ...flags];
    const [theirs, ours] = await Promise.all([
      ends([...kubectl, 'get', '--raw', '/api/v1/namespaces', '--request-timeout', '8s', ...kubeconfig], env),
      ends([own, ...first, 'contexts', 'list', '--request-timeout', '8s', ...kubeconfig], env),
    ]);
    if ((theirs.code === 0) !== works) differences.push(`${name}: kubectl ends with ${theirs.code}: ${theirs.said}`);
    if ((ours.code === 0) !== works) differences.push(`${name}: this ends with ${ours.code}: ${ours.said}`);
    // Nobody is let in, and so reads nothing.
    if (!works && ours.code !== 3 && !/^(?:.*\n)*error: .*\nfix: .*\n$/.test(ours.said)) differences.push(`${name}: ${ours.said}`);
  }
  assert.deepEqual(differences, []);
});
