import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { makeAuthority } from '../sandbox/certificates.ts';
import { credential } from '../src/base/credential.ts';
import { buildStored } from '../src/kube/kubeconfig/build.ts';
import { parseStored } from '../src/kube/kubeconfig/parse.ts';
import { loadedState, resourceHashAnnotation, secretHash, secretHashAnnotation, specHash } from '../src/operator/hash.ts';

test('both hashes equal the vectors that the operator itself gave', () => {
  assert.equal(
    specHash({ contextName: 'kind-k8ssandra-1', kubeConfigSecret: { name: 'kind-k8ssandra-1-config' } }),
    'Q7zinxbQpmXlye9Y5blJy/bVtTI/AoE+uqk6xtlJzFw=',
  );
  assert.equal(
    secretHash({ kubeconfig: Buffer.from('apiVersion: v1\nkind: Config\n').toString('base64') }),
    'OY/HY41h3O8G1WJ8fw6gDiy0c7CO6Cx/xAWeMxnVcmY=',
  );
  assert.equal(secretHash(undefined), '+bxja4jan9SgQfrCR+pbLPuTX7OxWAa+DEMcbgJc8/k=');
});
test('loaded: both annotations absent, both equal, or one of them old', () => {
  const spec = { contextName: 'a', kubeConfigSecret: { name: 's' } };
  const hash = secretHash({ k: 'eA==' });
  const read = { [resourceHashAnnotation]: specHash(spec), [secretHashAnnotation]: hash };
  assert.equal(loadedState({ metadata: { namespace: 'n', name: 'a' }, spec }, hash), 'never');
  assert.equal(loadedState({ metadata: { namespace: 'n', name: 'a', annotations: read }, spec }, hash), 'current');
  assert.equal(loadedState({ metadata: { namespace: 'n', name: 'a', annotations: read }, spec }, secretHash({ k: 'eQ==' })), 'stale');
  assert.equal(
    loadedState({ metadata: { namespace: 'n', name: 'a', annotations: read }, spec: { ...spec, contextName: 'b' } }, hash),
    'stale',
  );
});

const whole = (change: { cluster?: object; user?: object | null; contexts?: unknown; extra?: object }): string =>
  stringify(
    {
      clusters: [{ name: 'c', cluster: { server: 'https://h:6443', ...change.cluster } }],
      users: change.user === null ? [] : [{ name: 'u', user: change.user ?? { token: 'canary-token' } }],
      contexts: change.contexts ?? [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      ...change.extra,
    },
    { version: '1.1' },
  );
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** What the operator makes of a stored kubeconfig, in its own words; domain.md 2.2. */
const faults: readonly (readonly [what: string, kubeconfig: string, message: RegExp | 'loads'])[] = [
  ['empty', '', /context was not found for specified context: x/],
  ['null', 'null', /context was not found/],
  ['a list', '[]', /couldn't get version\/kind/],
  ['a string', 'hello', /couldn't get version\/kind/],
  ['not YAML', 'a: [', /^yaml: line /],
  ['a tab where none may be', 'a:\n\t- b', /^yaml: line /],
  ['many aliases', `a: &a [${'1,'.repeat(900)}]\nb: [${'*a,'.repeat(200)}*a]`, /excessive aliasing/],
  ['contexts that are no list', whole({ contexts: { x: {} } }), /cannot unmarshal object into Go struct field Config.contexts of type/],
  [
    'a context of another name',
    whole({ contexts: [{ name: 'y', context: { cluster: 'c', user: 'u' } }] }),
    /context was not found for specified context: x, cluster has no server defined/,
  ],
  ['a context in other letters', whole({ contexts: [{ name: 'X', context: { cluster: 'c', user: 'u' } }] }), /context was not found/],
  ['another current-context', whole({ extra: { 'current-context': 'y' } }), 'loads'],
  [
    'a context twice',
    whole({
      contexts: [
        { name: 'x', context: { cluster: 'c' } },
        { name: 'x', context: { cluster: 'c' } },
      ],
    }),
    /duplicate name "x" in list/,
  ],
  [
    'a cluster twice',
    whole({
      extra: {
        clusters: [
          { name: 'c', cluster: {} },
          { name: 'c', cluster: {} },
        ],
      },
    }),
    /duplicate name "c" in list/,
  ],
  [
    'a user twice',
    whole({
      extra: {
        users: [
          { name: 'u', user: {} },
          { name: 'u', user: {} },
        ],
      },
    }),
    /duplicate name "u" in list/,
  ],
  [
    'no such cluster',
    whole({ contexts: [{ name: 'x', context: { cluster: 'other', user: 'u' } }] }),
    /no configuration has been provided, try setting KUBERNETES_MASTER/,
  ],
  ['no server', whole({ cluster: { server: '', 'tls-server-name': 'n' } }), /no server found for cluster "c"/],
  ['a server that is no URL', whole({ cluster: { server: 'h h' } }), /parse "http:\/\/h h": invalid character " " in host name/],
  ['a CA file', whole({ cluster: { 'certificate-authority': '/p' } }), /unable to read certificate-authority \/p for c/],
  ['a bad CA', whole({ cluster: { 'certificate-authority-data': base64('x') } }), /unable to load root certificates/],
  ['a CA that is not base64', whole({ cluster: { 'certificate-authority-data': '%%' } }), /illegal base64/],
  ['a token file', whole({ user: { tokenFile: '/t' } }), /open \/t: no such file/],
  [
    'a client certificate file',
    whole({ user: { 'client-certificate': '/p', 'client-key': '/k' } }),
    /unable to read client-cert \/p for u/,
  ],
  [
    'a client certificate without its key',
    whole({ user: { 'client-certificate-data': base64('x') } }),
    /client-key-data or client-key must be specified/,
  ],
  [
    'token and password',
    whole({ user: { token: 'canary-token', username: 'a', password: 'canary-password' } }),
    /more than one authentication method found for u; found \[token basicAuth\]/,
  ],
  [
    'exec and auth-provider',
    whole({ user: { exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1beta1' }, 'auth-provider': { name: 'x' } } }),
    /authProvider cannot be provided in combination with an exec plugin/,
  ],
  ['no such user', whole({ user: null }), 'loads'],
  ['an empty token', whole({ user: { token: '' } }), 'loads'],
  ['an exec plugin', whole({ user: { exec: { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1beta1' } } }), 'loads'],
  [
    'an exec plugin that says nothing',
    whole({ user: { exec: {} } }),
    /\[command must be specified for u to use exec authentication plugin, apiVersion must/,
  ],
  [
    'an exec plugin without its mode',
    whole({ user: { exec: { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1' } } }),
    /: interactiveMode must be specified for u/,
  ],
  ['a server without a scheme', whole({ cluster: { server: 'h:6443', 'insecure-skip-tls-verify': true } }), 'loads'],
  ['a proxy that is none', whole({ cluster: { 'proxy-url': '::nope' } }), /invalid 'proxy-url' "::nope" for cluster "c": could not parse/],
  ...['https://u:canary pass@h x', 'https://u:canary/pass@h x', 'u s:canary@h'].flatMap(url => [
    [
      `the server ${url}`,
      whole({ cluster: { server: url } }),
      /host must be a URL or a host:port pair: "https:\/\/h|parse "https?:\/\/(https:\/\/)?h( x)?": net\/url: invalid userinfo/,
    ] as const,
    [`the proxy ${url}`, whole({ cluster: { 'proxy-url': url } }), /invalid 'proxy-url' "(https:\/\/)?h.*": could not parse/] as const,
  ]),
  ['a proxy of another kind', whole({ cluster: { 'proxy-url': 'ftp://h' } }), /unsupported scheme "ftp"/],
  ['a token that is a number', whole({ user: { token: 123 } }), /cannot unmarshal number/],
  ['plain http', whole({ cluster: { server: 'http://h' } }), 'loads'],
  ['TLS not verified', whole({ cluster: { 'insecure-skip-tls-verify': true } }), 'loads'],
  ['a key twice: the last one counts', `${whole({})}contexts: [{name: x, context: {cluster: c, user: u}}]\n`, 'loads'],
  [
    'JSON',
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://h' } }],
      users: [],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    }),
    'loads',
  ],
  ['an IPv6 server', whole({ cluster: { server: 'https://[fd00::1]:6443' } }), 'loads'],
];
test(`${faults.length} stored kubeconfigs are judged as the operator judges them, and no message quotes a secret`, () => {
  assert.ok(faults.length >= 30);
  for (const [what, kubeconfig, expected] of faults) {
    const stored = parseStored(kubeconfig, 'x');
    if (expected === 'loads') assert.ok(stored.ok, `${what}: ${stored.ok ? '' : stored.message}`);
    else assert.match(stored.ok ? 'it loads' : stored.message, expected, what);
    assert.doesNotMatch(JSON.stringify(stored), /canary/, what);
  }
});
test('a CA together with the insecure flag is refused', async () => {
  const { pem } = await makeAuthority();
  const stored = parseStored(whole({ cluster: { 'certificate-authority-data': base64(pem), 'insecure-skip-tls-verify': true } }), 'x');
  assert.match(stored.ok ? 'it loads' : stored.message, /specifying a root certificates file with the insecure flag is not allowed/);
});
test('what is built loads again, whatever its context is called', () => {
  for (const contextName of ['east', 'arn:aws:eks:us-east-1:1:cluster/a', 'user@cluster', "it's: a #name", 'null', '123']) {
    const stored = parseStored(buildStored({ contextName, server: 'https://h:1', token: credential('t') }), contextName);
    assert.ok(stored.ok, contextName);
    assert.equal(stored.value.server, 'https://h:1');
    assert.deepEqual(stored.value.auth, ['token']);
  }
});
