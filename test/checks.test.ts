import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checks } from '../src/checks/index.ts';
import { harms as harmOrder } from '../src/checks/report.ts';
import { runChecks } from '../src/checks/run.ts';
import { operatorStart } from '../src/checks/start.ts';
import type { Inventory } from '../src/fleet/inventory.ts';
import { readFixture } from './support/fixture.ts';

const root = join(import.meta.dirname, 'checks');
const folders = readdirSync(root).sort();
/** Every finding of every check, and the verdict: a fixture shows that nothing else is raised. */
const told = (inventory: Inventory, chosen = checks): string => {
  const { findings, unknown } = runChecks(chosen, inventory);
  const { verdict, message } = operatorStart(inventory);
  return [
    ...findings.map(
      ({ code, severity, contexts, message: text, blocksStart }) =>
        `${code} ${severity} ${contexts.join(',')} ${text}${blocksStart ? ' [blocks start]' : ''}`,
    ),
    ...unknown.map(({ code, reason }) => `? ${code} ${reason}`),
    `operator: ${verdict}: ${message}`,
    '',
  ].join('\n');
};
const compare = (folder: string, actual: string): void => {
  const golden = join(folder, 'expected.txt');
  if (process.env['UPDATE'] === '1') writeFileSync(golden, actual);
  assert.equal(actual, readFileSync(golden, 'utf8'));
};

test('every check has its fixture folder and every folder its check', () => {
  assert.deepEqual(folders, checks.map(({ code }) => code).sort());
});
test('codes are unique, and every check says why and how to cure it', () => {
  assert.equal(new Set(checks.map(({ code }) => code)).size, checks.length);
  for (const { code, title, why, cure } of checks) {
    for (const text of [title, why, cure]) assert.ok(text.length > 10 && !text.endsWith('.'), `${code}: ${text}`);
  }
});
for (const folder of folders) {
  test(`${folder} is raised where the truth is broken, and nothing else is`, () => {
    const path = join(root, folder, 'broken');
    // The verdict is a finding only where no other one tells the cause.
    const alone = checks.filter(({ code }) => code === folder);
    const actual = told(readFixture(path), folder === 'KC604' ? alone : checks);
    compare(path, actual);
    assert.match(actual, new RegExp(`^${folder} `, 'm'));
  });
  test(`${folder} is not raised where the truth holds, and what else is raised there is known`, () => {
    const path = join(root, folder, 'holds');
    const inventory = readFixture(path);
    compare(path, told(inventory));
    const { findings } = runChecks(checks, inventory);
    assert.deepEqual(
      findings.filter(({ code, severity }) => code === folder || severity === 'error').map(({ code, message }) => `${code} ${message}`),
      [],
    );
  });
}
test('the operator would stop exactly where some finding says so, in every fixture', () => {
  for (const folder of folders) {
    for (const kind of ['broken', 'holds']) {
      const inventory = readFixture(join(root, folder, kind));
      const others = checks.filter(({ code }) => code !== 'KC604');
      const blockers = runChecks(others, inventory).findings.filter(({ blocksStart }) => blocksStart);
      const { verdict } = operatorStart(inventory);
      assert.equal(verdict === 'does-not-start' || verdict === 'starts-then-stops', blockers.length > 0, `${folder}/${kind}: ${verdict}`);
    }
  }
});
test('what a finding is said to stop is what the operator would do, in every fixture, and comes first', () => {
  for (const folder of folders) {
    for (const kind of ['broken', 'holds']) {
      const inventory = readFixture(join(root, folder, kind));
      const { findings } = runChecks(checks, inventory);
      const harms = new Set(findings.map(({ harm }) => harm));
      const { verdict } = operatorStart(inventory);
      if (verdict === 'does-not-start') assert.ok(harms.has('stopsStart'), `${folder}/${kind}`);
      if (verdict === 'starts-then-stops') assert.ok(harms.has('stopsLate') && !harms.has('stopsStart'), `${folder}/${kind}`);
      const order: readonly string[] = harmOrder;
      const ranks = findings.map(({ harm }) => order.indexOf(harm));
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
        `${folder}/${kind}`,
      );
    }
  }
  const { findings } = runChecks(checks, readFixture(join(root, 'KC108', 'broken')));
  assert.equal(findings.find(({ code }) => code === 'KC108')?.harm, 'losesData');
});
test('every finding says where, what follows and what to do', () => {
  for (const folder of folders) {
    const { findings } = runChecks(checks, readFixture(join(root, folder, 'broken')));
    for (const { code, object, effect, remedies, contexts } of findings) {
      assert.ok(effect.length > 10 && remedies.length > 0, code);
      assert.ok(object !== undefined || contexts.length === 0, code);
    }
  }
});
