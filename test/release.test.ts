import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { isNewer, releasedChangelog } from '../scripts/release-plan.ts';

test('a version comes after another as Semantic Versioning has it', () => {
  const order = ['0.9.9', '0.10.0-rc.2', '0.10.0-rc.10', '0.10.0', '1.0.0'];
  for (const [index, version] of order.entries())
    for (const [other, than] of order.entries()) assert.equal(isNewer(version, than), index > other, `${version} after ${than}`);
  assert.throws(() => isNewer('1.2', '1.0.0'), /1\.2 is no version/);
  assert.throws(() => isNewer('v1.2.3', '1.0.0'), /no version/);
});

test('what is unreleased gets the heading of its version, and what is older stays', () => {
  const changelog = '# Changelog\n\n## [Unreleased]\n\n- new\n\n## [0.1.0] - 2026-01-01\n\n- old\n';
  const { text, notes } = releasedChangelog(changelog, '0.2.0', '2026-02-03');
  assert.equal(notes, '- new');
  assert.equal(text, '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n- new\n\n## [0.1.0] - 2026-01-01\n\n- old\n');
  assert.throws(() => releasedChangelog(text, '0.3.0', '2026-02-04'), /nothing under/);
  assert.throws(() => releasedChangelog('# Changelog\n', '0.3.0', '2026-02-04'), /no ## \[Unreleased\]/);
  assert.doesNotThrow(
    () => releasedChangelog(readFileSync('CHANGELOG.md', 'utf8'), '9.9.9', '2026-02-04'),
    'ours has something to release',
  );
});

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>;
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}
const folder = join(import.meta.dirname, '../.github/workflows');
for (const file of readdirSync(folder)) {
  test(`${file} pins what it uses, has no more rights than it needs, and runs commands that exist`, () => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { permissions, jobs } = parse(text) as Workflow;
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };
    assert.deepEqual(permissions, { contents: 'read' });
    assert.doesNotMatch(text, /secrets\./);
    const runs: string[] = [];
    for (const { steps, permissions: own = {} } of Object.values(jobs)) {
      assert.ok(Object.entries(own).every(([name]) => name === 'contents'));
      for (const { uses, run = '' } of steps) {
        if (uses !== undefined) assert.match(uses, /@[0-9a-f]{40}$/);
        // A title, a branch name or a body of somebody else's must not become part of a command.
        assert.doesNotMatch(run, /\$\{\{/);
        runs.push(run);
        for (const [, script = ''] of run.matchAll(/npm run ([\w:-]+)/g)) assert.ok(scripts[script] !== undefined, script);
      }
    }
    assert.ok(runs.some(run => run.includes('bash .ci/run')));
  });
}
