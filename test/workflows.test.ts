import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly needs?: string;
        readonly permissions?: Readonly<Record<string, string>>;
        readonly 'timeout-minutes'?: number;
        readonly steps: readonly Step[];
      }
    >
  >;
}
const root = resolve(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');
const workflows = Object.fromEntries(
  readdirSync(folder).map(name => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [name, { text, workflow: parse(text) as Workflow }];
  }),
);
const commandsOf = (name: string, job: string): readonly string[] =>
  workflows[name]?.workflow.jobs[job]?.steps.flatMap(({ run }) => (run === undefined ? [] : [run])) ?? [];

test('nothing foreign runs in a workflow that is not pinned by its hash, and no foreign code is given rights', () => {
  assert.deepEqual(Object.keys(workflows).sort(), ['ci.yml', 'release.yml']);
  for (const [name, { text, workflow }] of Object.entries(workflows)) {
    for (const [, used] of text.matchAll(/uses: (.*)/g)) assert.match(used ?? '', /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    assert.ok(workflow.permissions !== undefined, `${name} leaves its rights to the settings of the repository`);
    assert.ok(!('pull_request_target' in workflow.on), name);
    assert.deepEqual(workflow.permissions, { contents: 'read' }, name);
    const rights = Object.entries(workflow.jobs).flatMap(([job, { permissions }]) =>
      permissions === undefined ? [] : [[job, permissions]],
    );
    const publish = { contents: 'write', 'id-token': 'write', attestations: 'write' };
    assert.deepEqual(rights, name === 'release.yml' ? [['publish', publish]] : [], name);
    for (const [, secret] of text.matchAll(/secrets\.(\w+)/g)) assert.equal(secret, 'GITHUB_TOKEN', name);
    // An expression within a script is replaced before a shell sees it: a branch may be named like a command.
    const steps = Object.values(workflow.jobs).flatMap(job => job.steps);
    for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/, name);
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      assert.equal(step.with?.['persist-credentials'], false, name);
    for (const [job, { 'timeout-minutes': minutes }] of Object.entries(workflow.jobs)) assert.ok(minutes !== undefined, `${name} ${job}`);
  }
});

test('the workflows run what a person runs', () => {
  const ci = commandsOf('ci.yml', 'test');
  assert.match(ci[0] ?? '', /^git init /);
  assert.deepEqual(ci.slice(1), ['bash .ci/run']);
  const [checkout, ...build] = commandsOf('release.yml', 'build');
  assert.match(checkout ?? '', /^git init .*"\+\$GITHUB_REF:\$GITHUB_REF"/s);
  // scripts/release.ts runs the same in its clone, which test/release.test.ts holds it to.
  assert.deepEqual(build.slice(0, 3), ['bash .ci/run', 'npm run package -- --all', 'npm run verify-release']);
  assert.match(build[3] ?? '', /= "\$GITHUB_REF_NAME"$/);
  assert.equal(build.length, 4);
});

test('what may write runs nothing of the repository or its packages, and attests each file before it is uploaded', () => {
  const { needs, steps = [] } = workflows['release.yml']?.workflow.jobs['publish'] ?? {};
  assert.equal(needs, 'build');
  const [checkout, take, attest, upload] = steps;
  assert.equal(steps.length, 4);
  assert.equal(checkout?.run, workflows['release.yml']?.workflow.jobs['build']?.steps[0]?.run);
  const built = workflows['release.yml']?.workflow.jobs['build']?.steps.at(-1);
  assert.match(built?.uses ?? '', /^actions\/upload-artifact@/);
  assert.match(take?.uses ?? '', /^actions\/download-artifact@/);
  assert.deepEqual([built?.with?.['name'], built?.with?.['path']], [take?.with?.['name'], take?.with?.['path']]);
  assert.match(attest?.uses ?? '', /^actions\/attest-build-provenance@/);
  assert.equal(attest?.with?.['subject-path'], 'dist/release/*');
  assert.equal(upload?.run, 'gh release create "$GITHUB_REF_NAME" --verify-tag --notes-from-tag dist/release/*');
});
