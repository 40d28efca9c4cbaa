import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeAuthority } from '../sandbox/certificates.ts';
import { unknownPod } from '../src/kube/kubeconfig/evaluate.ts';
import { parseStored } from '../src/kube/kubeconfig/parse.ts';
import {
  compareKubeconfigs,
  compareWithOldest,
  type Difference,
  type KubeconfigCase,
  newestOperator,
} from './support/compare-kubeconfigs.ts';
import { makeMaterial } from './support/kubeconfig-material.ts';
import { kubeconfigMutants } from './support/kubeconfig-mutants.ts';
import { tableCases } from './support/kubeconfig-table.ts';

const folder = join(import.meta.dirname, 'oracle', 'cases');
const agree = async (cases: readonly KubeconfigCase[]): Promise<void> => agreed(await compareKubeconfigs(cases), cases.length);
const agreed = (differences: readonly Difference[], of: number): void => {
  const shown = differences
    .slice(0, 5)
    .map(({ name, go, ours }) => `${name}\n  Go:   ${JSON.stringify(go)}\n  ours: ${JSON.stringify(ours)}`);
  assert.equal(differences.length, 0, `${differences.length} of ${of} differ:\n${shown.join('\n')}`);
};

/** 162 kubeconfigs with what became of a real operator that had to read them; `CA`, `TOKEN` stand for a data plane's own. */
interface Fate {
  readonly case: string;
  readonly context: string;
  readonly fate: 'starts' | 'stops-late' | 'dies';
  readonly error: string;
  readonly kubeconfig?: string;
  readonly base64?: string;
}
const fates = JSON.parse(readFileSync(join(folder, 'operator.json'), 'utf8')) as readonly Fate[];
const asCase = ({ case: name, context, kubeconfig, base64 }: Fate, ca: string): KubeconfigCase => ({
  name,
  context,
  kubeconfig:
    kubeconfig === undefined
      ? Buffer.from(base64 ?? '', 'base64')
      : Buffer.from(kubeconfig.replace(/(certificate-authority-data"?: ?"?[\w+/]*)CA(?=["\n}]|-_)/g, `$1${ca}`)),
});

test('client-go and we are of one mind about the kubeconfigs that a real operator had to read, and so was it', async () => {
  const ca = Buffer.from((await makeAuthority()).pem).toString('base64');
  const cases = fates.map(fate => asCase(fate, ca));
  await agree(cases);
  for (const [index, { case: name, fate, error }] of fates.entries()) {
    const { kubeconfig, context } = cases[index] as KubeconfigCase;
    const stored = parseStored(kubeconfig, context, { ...newestOperator, files: unknownPod.files });
    assert.equal(stored.ok, fate !== 'dies', `${name}: ${fate}`);
    if (!stored.ok) assert.equal(shortened(stored.message), shortened(error), name);
  }
});
/** Without the contents that we leave out: addresses of that day, the text of the kubeconfig, lists with their tokens. */
const shortened = (message: string): string =>
  (message.split('\n')[0] ?? '')
    .replace(/ is missing in .*/, '')
    .replace(/ in list.*/, '')
    .replaceAll('u:p#w@', '')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:1')
    .replace(/input byte \d+/, 'input byte');

test('client-go and we are of one mind about what a Secret may hold', async () => {
  const files = readdirSync(join(folder, 'stored')).filter(name => name.endsWith('.kubeconfig'));
  await agree(files.map(name => ({ name, context: 'east', kubeconfig: readFileSync(join(folder, 'stored', name)) })));
});
test('client-go and we are of one mind about every kubeconfig on which we once differed', async () => {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, 'differed', name), 'utf8')) as { context: string; base64: string };
  const cases = readdirSync(join(folder, 'differed')).map(name => ({ name, ...read(name) }));
  await agree(cases.map(({ name, context, base64 }) => ({ name, context, kubeconfig: Buffer.from(base64, 'base64') })));
});
test('client-go and we are of one mind about texts at the edges of YAML, of JSON and of their limits', () => agree(tableCases));

test('client-go and we are of one mind about 2,000 kubeconfigs with something changed in them', async () =>
  agree(kubeconfigMutants(2_000, 1, await makeMaterial())));

test('of the oldest operator we are of one mind with its client-go, too', async () => {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, 'differed', name), 'utf8')) as { context: string; base64: string };
  const differed = readdirSync(join(folder, 'differed')).map(name => {
    const { context, base64 } = read(name);
    return { name, context, kubeconfig: Buffer.from(base64, 'base64') };
  });
  const ca = Buffer.from((await makeAuthority()).pem).toString('base64');
  const all = [...tableCases, ...differed, ...fates.map(fate => asCase(fate, ca)), ...kubeconfigMutants(600, 2, await makeMaterial())];
  agreed(await compareWithOldest(all), all.length);
});

test('nothing that is no kubeconfig takes long, or throws', () => {
  const near = 1024 * 1024;
  const texts = [
    ' '.repeat(near),
    '['.repeat(near),
    '{a: '.repeat(near / 4),
    '- '.repeat(near / 2),
    '\n-----END '.repeat(near / 10),
    `clusters: [{name: x, cluster: {server: "https://h", certificate-authority-data: "${Buffer.from('\n-----END '.repeat(70_000)).toString('base64')}"}}]\ncontexts: [{name: x, context: {cluster: x}}]`,
    `clusters: [{name: x, cluster: {server: "https://h", certificate-authority-data: "${' '.repeat(700_000)}"}}]`,
    `clusters: [{name: x, cluster: {server: "https://${'a:'.repeat(500_000)}"}}]\ncontexts: [{name: x, context: {cluster: x}}]`,
    `a: &a [${'x,'.repeat(30_000)}]\nb: [${'*a,'.repeat(200_000)}]`,
    `a: &a {${Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join(', ')}}\n${'<<: *a\n'.repeat(100_000)}`,
    'x'.repeat(near + 1),
  ];
  const started = process.cpuUsage();
  for (const text of texts) parseStored(text, 'x');
  const used = process.cpuUsage(started);
  assert.ok(used.user + used.system < 20_000_000, `${(used.user + used.system) / 1e6} s of CPU`);
});
