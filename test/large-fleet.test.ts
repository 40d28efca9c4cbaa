import assert from 'node:assert/strict';
import { test } from 'node:test';
import width from 'fast-string-width';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { table } from '../src/output/report/table.ts';
import { ca, fixtureOf } from './support/fixture.ts';

/** So many contexts with long names; the third and every 50th after it have no Secret. */
const fleet = (size: number) => {
  const documents = Array.from({ length: size }, (_, index) => {
    const name = `production-europe-${String(index).padStart(3, '0')}`;
    const config = {
      kind: 'ClientConfig',
      metadata: { namespace: 'k8ssandra', name },
      spec: { kubeConfigSecret: { name: `${name}-config` } },
    };
    const kubeconfig = JSON.stringify({
      clusters: [{ name, cluster: { server: `https://${name}.example.com`, 'certificate-authority-data': ca } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user: { token: `token-${index}` } }],
    });
    const secret = { kind: 'Secret', metadata: { namespace: 'k8ssandra', name: `${name}-config` }, stringData: { kubeconfig } };
    return index % 50 === 3 ? [config] : [config, secret];
  });
  const inventory = fixtureOf(documents.flat());
  return judge(inventory, everything, 0);
};
const style = { color: false, unicode: true, columns: 80 };

test('200 contexts fit 80 columns, and on a terminal those that are ok are one line', () => {
  const report = fleet(200);
  const lines = table(report, style).split('\n');
  for (const line of lines) assert.ok(width(line) <= 80, line);
  assert.equal(lines.filter(line => /^\S \S[a-z ]* {2}production-europe/.test(line)).length, 4);
  assert.ok(lines.includes('√ ok  196 contexts, each shown by --show all'));
  const problems = table(report, { ...style, show: 'problems' });
  assert.doesNotMatch(problems, /contexts, each/);
  assert.equal(problems.match(/^\S \S[a-z ]* {2}production-europe/gm)?.length, 4);
});
test('a pipe, -o wide and a small fleet show each', () => {
  const report = fleet(200);
  for (const full of [table(report, { ...style, columns: undefined }), table(report, style, { wide: true })]) {
    assert.equal(full.match(/^\S \S[a-z ]* {2}production-europe/gm)?.length, 200);
    assert.doesNotMatch(full, /contexts, each/);
  }
  assert.equal(table(fleet(40), style).match(/^\S \S[a-z ]* {2}production-europe/gm)?.length, 40);
});
