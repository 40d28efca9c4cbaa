import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DOMParser, type Document } from '@xmldom/xmldom';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft04 from 'ajv-draft-04';
import stringFormats from 'ajv-formats';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '../..');
const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

// required fields may be declared behind a $ref, which strict mode does not look into
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
stringFormats.default(ajv);
const [isDocument, isLine, isChange] = ['contexts-check.schema.json', 'contexts-check-line.schema.json', 'clientconfig-change.schema.json']
  .map(name => read(join(root, 'schema', name)))
  .map(schema => {
    ajv.addSchema(schema);
    return String(schema['$id']);
  });
const conforms = (id: string | undefined, value: unknown): void => {
  const validate = ajv.getSchema(id ?? '');
  assert.ok(validate);
  assert.ok(validate(value), ajv.errorsText(validate.errors));
};
/** The document of a command that writes conforms to the published schema. */
export const assertChange = (document: unknown): void => conforms(isChange, document);
/** The document of `-o json` or `-o yaml` conforms to the published schema. */
export const assertDocument = (value: unknown): void => conforms(isDocument, value);
/** Every line parses and conforms, and the summary comes last and once. */
export const assertLines = (text: string): void => {
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { readonly type: string });
  for (const line of lines) conforms(isLine, line);
  assert.deepEqual(
    lines.flatMap(({ type }, index) => (type === 'summary' ? [index] : [])),
    [lines.length - 1],
  );
};

// one of its patterns is no regular expression in Unicode mode
const old = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
stringFormats.default(old as never);
const isSarif = old.compile(read(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));
export const assertSarif = (text: string): void => assert.ok(isSarif(JSON.parse(text)), old.errorsText(isSarif.errors));

/** A document that a conforming parser takes without a warning. */
export const parseXml = (text: string): Document =>
  new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(text, 'text/xml');

/** The linter that `promtool check metrics` runs, built once from test/promlint; PROMTOOL names a promtool to ask instead. */
const linter = (): readonly [string, ...string[]] => {
  const { PROMTOOL: promtool, XDG_CACHE_HOME: cache } = process.env;
  if (promtool !== undefined && promtool !== '') return [promtool, 'check', 'metrics'];
  const folder = join(root, 'test/promlint');
  const sources = ['go.mod', 'go.sum', 'main.go'].map(name => readFileSync(join(folder, name), 'utf8'));
  const home = join(cache || join(homedir(), '.cache'), 'kubectl-k8ssandra');
  const file = join(home, `promlint-${createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16)}`);
  if (existsSync(file)) return [file];
  mkdirSync(home, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  const built = spawnSync('go', ['build', '-trimpath', '-o', temporary, '.'], { cwd: folder, encoding: 'utf8' });
  assert.equal(built.status, 0, `the metrics are judged by a Go program; building it failed: ${built.error?.message ?? built.stderr}`);
  renameSync(temporary, file);
  return [file];
};
export const assertMetrics = (text: string): void => {
  const [command, ...args] = linter();
  const ran = spawnSync(command, args, { input: text, encoding: 'utf8' });
  assert.equal(ran.error, undefined);
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`);
};
