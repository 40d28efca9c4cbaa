import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DOMParser, type Document } from '@xmldom/xmldom';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';

const root = join(import.meta.dirname, '../..');
const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

/** The published schema with every object closed where it is used: a field that is renamed or not in it fails. */
const closed = (schema: unknown, definition = false): unknown => {
  if (Array.isArray(schema)) return schema.map(one => closed(one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === '$defs' || key === 'properties'
      ? Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, closed(one, key === '$defs')]))
      : closed(value),
  ]);
  const open = definition || !('properties' in schema || '$ref' in schema);
  return { ...Object.fromEntries(entries), ...(open ? {} : { unevaluatedProperties: false }) };
};
const ajv = new Ajv2020({ strict: true, allErrors: true, strictRequired: false, strictTypes: false });
formats.default(ajv);
const published = ['contexts-check.schema.json', 'contexts-check-line.schema.json'].map(name => read(join(root, 'schema', name)));
const [isDocument, isLine] = published.map(schema => {
  ajv.addSchema(closed(schema) as object);
  return String(schema['$id']);
});
const conforms = (id: string | undefined, value: unknown): void => {
  const validate = ajv.getSchema(id ?? '');
  assert.ok(validate);
  assert.ok(validate(value), ajv.errorsText(validate.errors));
};
export const assertDocument = (value: unknown): void => conforms(isDocument, value);
/** Every line parses and conforms, and the summary comes last and once. */
export const assertLines = (text: string): void => {
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { type: string });
  for (const line of lines) conforms(isLine, line);
  assert.deepEqual(
    lines.map(({ type }) => type).filter((type, index) => type === 'summary' || index === lines.length - 1),
    ['summary'],
  );
};

// one of its patterns is no regular expression in Unicode mode
const old = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(old as never);
const isSarif = old.compile(read(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));
export const assertSarif = (text: string): void => assert.ok(isSarif(JSON.parse(text)), old.errorsText(isSarif.errors));

/** A document that a conforming parser takes without a warning. */
export const parseXml = (text: string): Document =>
  new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(text, 'text/xml');

/** `promtool check metrics` where PROMTOOL names it, else the linter that it runs, built from test/promlint. */
export const assertMetrics = (text: string): void => {
  const { PROMTOOL: promtool } = process.env;
  const ran =
    promtool === undefined
      ? spawnSync('go', ['run', '.'], { cwd: join(root, 'test/promlint'), input: text, encoding: 'utf8' })
      : spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  assert.equal(ran.error, undefined);
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`);
};
