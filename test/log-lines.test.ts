import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { logLines } from '../src/operator/log-lines.ts';
import { shownLine } from '../src/operator/shown-line.ts';
import { makeCanaries, writings } from './support/canaries.ts';

const names = new Set(['k8ssandra-operator', 'dp1', 'dp1-config', 'east', 'east.example.com:6443', 'east.example.com', 'demo']);
const { opaque, jwt, secrets } = await makeCanaries('https://east.example.com:6443', '');
const short = 'hunter2';
const words = 'correct horse battery';

/** Where a log has a credential, in every way that somebody writes one down. */
const forms: readonly ((secret: string) => string)[] = [
  secret => secret,
  secret => `Authorization: Bearer ${secret}`,
  secret => `authorization: bearer ${secret}`,
  secret => `Authorization: Basic ${Buffer.from(`admin:${secret}`).toString('base64')}`,
  secret => `{"Authorization":["Bearer ${secret}"]}`,
  secret => `map[Authorization:[Bearer ${secret}]]`,
  secret => `-H 'Authorization: Bearer ${secret}'`,
  secret => `Bearer ${secret}`,
  secret => `token=${secret}`,
  secret => `token: ${secret}`,
  secret => `token : "${secret}"`,
  secret => `--token ${secret}`,
  secret => `--token=${secret}`,
  secret => `password: '${secret}'`,
  secret => `PASSWORD=${secret}`,
  secret => `{"token":"${secret}"}`,
  secret => `{"level":"error","msg":"unable to create manager","error":"password: ${secret}"}`,
  secret => `{\\"token\\": \\"${secret}\\"}`,
  secret => `Get "https://admin:${secret}@east.example.com:6443/api": dial tcp: connection refused`,
  secret => `Get "https://east.example.com:6443/api?token=${secret}": EOF`,
  secret => `Get "https://east.example.com:6443/${secret}": EOF`,
  secret => `proxyconnect tcp: http://u:${secret}@proxy.example.com:3128`,
  secret => `duplicate name "x" in list: [{x {  [] [] ${secret}  <nil>}}]`,
  secret => `duplicate name "x" in list: [{x {token ${secret}}}]`,
  secret => `Secret "dp1-config": data: map[kubeconfig:${Buffer.from(secret).toString('base64')}]`,
  secret => `kubeconfig: ${Buffer.from(`users:\n- user:\n    token: ${secret}`).toString('base64')}`,
  secret => `users:\\n- name: x\\n  user:\\n    token: ${secret}\\n`,
  secret => `exec: env: [{TOKEN ${secret}}]`,
  secret => `x-auth-token: ${secret}`,
  secret => `X-Vault-Token ${secret}`,
  secret => `api_key=${secret}`,
  secret => `apiKey: ${secret}`,
  secret => `Cookie: session=${secret}; path=/`,
  secret => `Set-Cookie: ${secret}`,
  secret => `client_secret=${secret}&grant_type=x`,
  secret => `-----BEGIN PRIVATE KEY-----\\n${secret}\\n-----END PRIVATE KEY-----`,
  secret => `unable to read ${secret}: no such file or directory`,
  secret => `open /var/run/${secret}/token: no such file or directory`,
  secret => `User "${secret}" cannot list resource "secrets"`,
  secret => `${Buffer.from(secret).toString('hex')} ${encodeURIComponent(secret)} ${JSON.stringify(secret)}`,
  secret => `0x${Buffer.from(secret).toString('hex')}`,
  secret => [...secret].join(' '),
  secret => `ClientConfig k8ssandra-operator/dp1${secret} was deleted`,
];
test('of a log line no credential is shown, however it is written', () => {
  for (const form of forms)
    for (const secret of [opaque, jwt, short, words, ...secrets]) {
      const shown = shownLine(`2026-01-01T00:00:00.000Z\tERROR\tsetup\tunable to create manager\t${form(secret)}`, names);
      assert.match(shown, /^2026-01-01T00:00:00.000Z ERROR setup unable to create manager/);
      for (const part of secret === words ? words.split(' ') : secret === short ? [short] : writings(secret))
        assert.ok(!shown.includes(part), `${form(secret)}\n${shown}`);
    }
});
test('what is known of a log line is shown whole', () => {
  const lines = [
    '2026-01-01T00:00:00.000Z ERROR setup unable to create manager cluster connections {"error": "secrets \\"dp1-config\\" not found"}',
    'ERROR setup problem running manager {"error": "failed to wait for k8ssandracluster caches to sync kind source: *v1beta1.CassandraDatacenter: timed out waiting for cache to be synced for Kind *v1beta1.CassandraDatacenter"}',
    'INFO setup ClientConfig k8ssandra-operator/dp1 or secret has been modified, shutting down the operator',
    'Get "https://east.example.com:6443/api?timeout=32s": dial tcp 10.0.0.7:6443: connect: connection refused',
    'dial tcp: lookup east.example.com on 10.96.0.10:53: no such host',
    'x509: certificate signed by unknown authority',
    'k8ssandraclusters.k8ssandra.io is forbidden: User "system:serviceaccount:k8ssandra-operator:k8ssandra-operator" cannot list resource "k8ssandraclusters" in API group "k8ssandra.io" at the cluster scope',
    'panic: runtime error: invalid memory address or nil pointer dereference',
    'No known client for context-name east',
  ];
  for (const line of lines) assert.equal(shownLine(line, names), line);
});
test('every message that has an explanation is shown', () => {
  const folder = join(import.meta.dirname, 'operator/fates.json');
  const fates = [...readFileSync(folder, 'utf8').matchAll(/"message": ?"((?:[^"\\]|\\.)*)"/g)].map(
    ([, text = '']) => JSON.parse(`"${text}"`) as string,
  );
  assert.ok(fates.length > 20);
  for (const text of logLines.flatMap(({ texts }) => texts)) assert.equal(shownLine(text, names), text.trim());
  // Of a dial its beginning is recorded.
  for (const text of fates.filter(one => !one.endsWith(': ...')))
    assert.ok(shownLine(text, new Set([...names, 'dp2', 'b-config'])).length > text.length / 3, text);
});
test('the length of a line, and what it is of, cost little', () => {
  for (const line of ['a'.repeat(1e6), 'token '.repeat(2e5), '/'.repeat(1e6), '"'.repeat(1e6), '[...] '.repeat(2e5), 'a-'.repeat(5e5)])
    assert.ok(shownLine(line, names).length <= 2000);
});
