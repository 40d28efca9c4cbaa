import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Read } from '../src/base/read.ts';
import { checks } from '../src/checks/index.ts';
import { runChecks } from '../src/checks/run.ts';
import type { Inventory } from '../src/fleet/inventory.ts';
import type { StoredSecret } from '../src/fleet/stored-secret.ts';
import { annotation } from '../src/kube/annotations.ts';
import { readFixture } from './support/fixture.ts';

/** What somebody allowed by name when the context was created, and the finding that would repeat it. */
const table: readonly (readonly [override: string, code: string])[] = [
  ['loopback', 'KC203'],
  ['duplicate-cluster', 'KC106'],
  ['control-plane', 'KC107'],
  ['other-control-plane', 'KC513'],
  ['unwatched-namespace', 'KC207'],
  ['wrong-identity', 'KC402'],
  ['insecure-tls', 'KC206'],
  ['system-ca', 'KC212'],
];
const allowing = (inventory: Inventory, override: string): Inventory => {
  const allowed = (read: Read<StoredSecret | undefined>): Read<StoredSecret | undefined> =>
    read.ok && read.value !== undefined
      ? { ok: true, value: { ...read.value, annotations: { ...read.value.annotations, [annotation.allowed]: override } } }
      : read;
  const { controlPlane } = inventory;
  return {
    ...inventory,
    controlPlane: { ...controlPlane, secrets: new Map([...controlPlane.secrets].map(([key, read]) => [key, allowed(read)])) },
    contexts: inventory.contexts.map(context => ({ ...context, secret: allowed(context.secret) })),
  };
};
for (const [override, code] of table)
  test(`${code} is no news where ${override} was allowed, and nothing else is`, () => {
    const inventory = readFixture(join(import.meta.dirname, 'checks', code, 'broken'));
    const counted = (one: Inventory): readonly string[] =>
      runChecks(checks, one).findings.flatMap(finding => (finding.suppressed || finding.severity === 'info' ? [] : [finding.code]));
    assert.ok(counted(inventory).includes(code));
    const left = (one: Inventory): number => counted(one).filter(found => found === code).length;
    // A proxy that leads nowhere is not what loopback lifts.
    assert.equal(left(allowing(inventory, override)), left(inventory) - 1);
    assert.deepEqual(counted(allowing(inventory, 'something-else')), counted(inventory));
  });
