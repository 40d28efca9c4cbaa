import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issue, makeAuthority } from '../sandbox/certificates.ts';
import { redacted } from '../src/kube/kubeconfig/redact.ts';

const canary = 'canary-7f3a9c1e5b2d4860';
/** As text, base64 at each of its three alignments, URL and hex. */
const forms = [
  canary,
  ...[0, 1, 2].map(shift =>
    Buffer.from(`${' '.repeat(shift)}${canary}`)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  ),
  encodeURIComponent(canary),
  Buffer.from(canary).toString('hex'),
];
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const whole = (cluster: object, user: object, more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://east.example.com:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'east', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'east',
    ...more,
  });
const keyPem = `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----\n`;

test('nothing secret of a stored kubeconfig is shown, wherever it stands in the text', async () => {
  const { cert, key } = await issue(await makeAuthority());
  const secretKey = key.split('\n')[1] ?? '';
  const valued: readonly (readonly [field: string, value: unknown])[] = [
    ...['token', 'password', 'username'].map(field => [field, canary] as const),
    ['tokenFile', `-----BEGIN ${canary}`],
    ['client-key', keyPem],
    ['client-certificate', keyPem],
    ['client-key-data', base64(keyPem)],
    ['client-certificate-data', base64(keyPem)],
    ['client-certificate-data', base64(`${cert}${key}`)],
    [
      'exec',
      {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'x',
        args: [canary],
        env: [{ name: 'T', value: canary }],
        installHint: canary,
      },
    ],
    ['auth-provider', { name: 'oidc', config: { 'id-token': canary, 'refresh-token': canary, [canary]: 'x' } }],
    ['as', `eyJhbGciOiJSUzI1NiJ9.${canary}`],
    ['as-groups', [keyPem]],
    ['as-user-extra', { [canary]: [canary] }],
    ['extensions', [{ name: canary, extension: { token: canary } }]],
    ['foreign', canary],
    ['foreign', { token: canary }],
  ];
  const clusters: readonly object[] = [
    { server: `https://user:${canary}@east.example.com:6443` },
    { server: `https://east.example.com:6443?token=${canary}` },
    { server: `https://east.example.com:6443/x#${canary}` },
    { server: `https://${canary} x` },
    { 'proxy-url': `http://u:${canary}@p:3128` },
    { 'proxy-url': `http://p:3128/?token=${canary}` },
    { 'certificate-authority': keyPem },
    { 'certificate-authority-data': base64(keyPem) },
    { 'certificate-authority-data': base64(`${cert}${key}${keyPem}`) },
    { 'certificate-authority-data': base64(canary) },
    { 'tls-server-name': keyPem },
    { extensions: [{ name: 'x', extension: canary }] },
    { foreign: canary },
  ];
  const texts: readonly string[] = [
    ...valued.map(([field, value]) => whole({}, { [field]: value })),
    ...valued.map(([field, value]) => whole({}, { [field]: value }, { preferences: { [canary]: canary } })),
    ...clusters.map(cluster => whole(cluster, { token: 't' })),
    ...clusters.map(cluster => whole(cluster, { token: canary })),
    whole({}, {}, { foreign: canary, extensions: [{ name: 'x', extension: canary }] }),
    whole({}, {}, { 'current-context': `eyJhbGciOiJSUzI1NiJ9${canary}` }),
    `# ${canary}\n${whole({}, { token: 't' })}`,
    `a: &x ${canary}\nusers: [{name: u, user: {token: *x}}]\n`,
    `users:\n- name: u\n  user:\n    token: ${canary} # ${canary}\n`,
    `users:\n- name: u\n  user: {<<: {token: ${canary}}}\n`,
    `users: [{name: u, user: {token: ${canary}}}, {name: u, user: {}}]`,
    `users: [${canary}]`,
    `token: ${canary}: : [`,
    canary,
    '',
  ];
  assert.ok(texts.length >= 60, String(texts.length));
  for (const text of texts) {
    const shown = redacted(text);
    for (const form of forms) assert.ok(!shown.includes(form), `${text}\n${shown}`);
    assert.ok(!shown.includes(secretKey) && !shown.includes(Buffer.from(secretKey).toString('base64').slice(0, -4)), text);
  }
});
test('what is harmless is shown, and cannot control a terminal', async () => {
  const { cert } = await issue(await makeAuthority());
  const shown = redacted(
    whole(
      { 'certificate-authority-data': base64(cert), 'tls-server-name': 'east', 'proxy-url': 'socks5://p:1080' },
      { token: 't', tokenFile: '/run/token', as: 'a\u001b\u009b\u202e' },
    ).replace(/[\u0080-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  for (const text of [
    'server: https://east.example.com:6443',
    'tls-server-name: east',
    'proxy-url: socks5://p:1080',
    'tokenFile: /run/token',
    'name: east',
  ])
    assert.ok(shown.includes(text), `${text}: ${shown}`);
  assert.match(shown, /token: REDACTED sha256:[0-9a-f]{12}/);
  assert.match(shown, /certificate-authority-data: \S{100}/);
  assert.doesNotMatch(shown, /[\u001b\u009b\u202e]/);
});
