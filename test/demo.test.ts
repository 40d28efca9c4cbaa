import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../sandbox/folder.ts';
import { program, run } from './support/run.ts';

const demo = resolve(import.meta.dirname, '../demo/demo.ts');
const folder = temporaryFolder('demo');

test('the demo runs to its end, and each step ends as its story says', { timeout: 120_000 }, async () => {
  // Not built anew, since other tests run the bundle meanwhile.
  const binary = join(folder, 'program');
  const [command, args] = program();
  writeFileSync(binary, `#!/bin/sh\nexec ${[command, ...args].map(word => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(binary, 0o755);
  const { code, stdout, stderr } = await run([], { K8SSANDRA_BINARY: binary }, '', [], [process.execPath, [demo]]);
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(
    [...stdout.matchAll(/^exit (\d+)$/gm)].map(([, exit]) => exit),
    ['0', '0', '1', '0', '0', '0'],
    stdout,
  );
  for (const finding of ['KC202 west', 'KC403 north', 'KC101 esat']) assert.match(stdout, new RegExp(`^× ${finding} `, 'm'));
  assert.match(stdout, /3 contexts: 3 ok[\s\S]*3 contexts: 3 ok/);
});
