import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDocuments } from '../src/kube/yaml/documents.ts';
import { manifestMutants } from './support/manifest-mutants.ts';
import { oracle } from './support/oracle.ts';

interface Read {
  readonly stage: string;
  readonly message?: string;
  readonly documents?: readonly unknown[];
}
/** As kubectl reads a file: every document, or a fault where it is to stop. */
const agree = async (texts: readonly string[]): Promise<void> => {
  const read = await oracle<Read>(texts.map(text => ({ ask: 'documents', kubeconfig: Buffer.from(text).toString('base64') })));
  const differences = texts.flatMap((text, index) => {
    const go = read[index];
    const ours = readDocuments(text);
    const problem = ours.find(one => 'problem' in one);
    // A document of nothing is none.
    const documents = go?.documents?.filter(one => one !== null);
    const values = ours.flatMap(one => ('value' in one ? [one.value] : []));
    const isAlike = problem === undefined ? JSON.stringify(sorted(values)) === JSON.stringify(sorted(documents)) : go?.stage !== 'ok';
    return isAlike ? [] : [`${JSON.stringify(text)}\n  Go:   ${JSON.stringify(go)}\n  ours: ${JSON.stringify(problem ?? values)}`];
  });
  assert.equal(differences.length, 0, `${differences.length} of ${texts.length} differ:\n${differences.slice(0, 6).join('\n')}`);
};
/** Go writes keys in their order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
};

test('Go and we read the same values in every YAML text of these tests, and refuse the same', async () => {
  const folder = import.meta.dirname;
  const files = globSync(['manifests/**/*.yaml', 'checks/*/*/*.yaml', 'oracle/cases/**/*.yaml'], { cwd: folder });
  const fates = JSON.parse(readFileSync(join(folder, 'oracle', 'cases', 'operator.json'), 'utf8')) as { readonly kubeconfig?: string }[];
  const texts = [
    ...files.sort().map(file => readFileSync(join(folder, file), 'utf8')),
    ...fates.flatMap(({ kubeconfig }) => (kubeconfig === undefined ? [] : [kubeconfig])),
  ];
  assert.ok(texts.length > 250, String(texts.length));
  await agree(texts.filter(text => !text.includes('\u0000') && !text.startsWith('{')));
});
const count = Number(process.env['CASES'] ?? '4000');
test(`and in ${count} manifests with something odd in them`, async () => {
  await agree(manifestMutants(count, Number(process.env['SEED'] ?? '1')));
});
