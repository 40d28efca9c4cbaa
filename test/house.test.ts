import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { breaches, houseIn } from '../scripts/house-rules.ts';

const architecture = readFileSync(join(import.meta.dirname, '../docs/architecture.md'), 'utf8');
const house = houseIn(architecture);

/** The breaches of a house of these files. */
const of = (files: Readonly<Record<string, string>>): readonly string[] =>
  breaches(
    Object.entries(files).map(([path, text]) => ({ path: `src/${path}`, text })),
    house,
  ).map(({ breach }) => breach);

test('an import goes down, whatever its form', () => {
  const forms = {
    value: "import { x } from '../checks/x.ts';",
    type: "import type { X } from '../checks/x.ts';",
    late: "import('../checks/x.ts');",
    ofType: "declare const x: import('../checks/x.ts').X;",
    again: "export { x } from '../checks/x.ts';",
  };
  for (const [form, text] of Object.entries(forms)) {
    const files = { 'checks/x.ts': 'export const x = 1;\nexport type X = 1;\n', 'fleet/a.ts': text, 'plan/a.ts': text };
    assert.deepEqual(of(files), ['import src/fleet/a.ts -> src/checks/x.ts'], form);
  }
  const main = { 'main.ts': "import './commands/a.ts';", 'commands/a.ts': "import '../output/a.ts';", 'output/a.ts': '' };
  assert.deepEqual(of(main), []);
  assert.deepEqual(of({ 'utils/a.ts': "import './b.ts';", 'utils/b.ts': '' }), ['floor src/utils/a.ts']);
});
test('the command line knows the ground floor alone, and only commands know it', () => {
  const one = { 'cli/a.ts': '', 'base/a.ts': '', 'output/a.ts': '' };
  assert.deepEqual(of({ ...one, 'cli/b.ts': "import './a.ts';\nimport '../base/a.ts';", 'commands/a.ts': "import '../cli/a.ts';" }), []);
  assert.deepEqual(of({ ...one, 'cli/b.ts': "import '../output/a.ts';" }), ['import src/cli/b.ts -> src/output/a.ts']);
  assert.deepEqual(of({ ...one, 'plan/b.ts': "import '../cli/a.ts';" }), ['import src/plan/b.ts -> src/cli/a.ts']);
});
test('a circle is found, through types and several files, and told once', () => {
  const circle = { 'kube/c.ts': "import './a.ts';", 'kube/a.ts': "import type { B } from './b.ts';", 'kube/b.ts': "import './c.ts';" };
  assert.deepEqual(of(circle), ['circle src/kube/a.ts -> src/kube/b.ts -> src/kube/c.ts']);
  assert.deepEqual(of({ ...circle, 'kube/b.ts': '' }), []);
});
test('a file of 251 lines and a function of 61 are too long', () => {
  assert.deepEqual(of({ 'base/a.ts': '//\n'.repeat(250), 'base/b.ts': '//\n'.repeat(251) }), ['long file src/base/b.ts']);
  const functions = (lines: number): string =>
    [
      `export const arrow = () => {${'\n'.repeat(lines - 1)}};`,
      `export function old() {${'\n'.repeat(lines - 1)}}`,
      `export class C { method() {${'\n'.repeat(lines - 1)}} }`,
    ].join('\n');
  assert.deepEqual(of({ 'base/a.ts': functions(60) }), []);
  assert.deepEqual(
    of({ 'base/a.ts': functions(61) }),
    ['arrow', 'old', 'method'].map(name => `long function src/base/a.ts ${name}`),
  );
});
test('the diagram of the architecture is the house that is built', () => {
  assert.deepEqual(house.floors, ['base', 'kube', 'operator', 'fleet', 'checks', 'plan', 'output', 'commands', 'main.ts']);
  assert.deepEqual(house.annex, { name: 'cli', imports: ['base', 'cli'], importedBy: ['cli', 'commands', 'main.ts'] });
  const folders = readdirSync(join(import.meta.dirname, '../src')).sort();
  assert.deepEqual(folders, [...house.floors, house.annex.name].sort(), 'a folder of src stands in the diagram, and nothing else does');
  // Drawn the other way round, every import would go up.
  const swapped = architecture.replaceAll(/└ (?:plan|fleet)/g, floor => (floor === '└ plan' ? '└ fleet' : '└ plan'));
  assert.deepEqual(
    breaches(
      [
        { path: 'src/plan/a.ts', text: "import '../fleet/a.ts';" },
        { path: 'src/fleet/a.ts', text: '' },
      ],
      houseIn(swapped),
    ).map(({ breach }) => breach),
    ['import src/plan/a.ts -> src/fleet/a.ts'],
  );
});
test('no type is claimed of what nobody has decoded', () => {
  const casts = ['a as Secret', '<Secret>a', 'a!', '(a as unknown as Secret).kind', 'a.b as never'];
  for (const cast of casts)
    assert.match(of({ 'kube/a.ts': `declare const a: any;\nexport const b = ${cast};` })[0] ?? '', /^cast src\/kube\/a\.ts /, cast);
  assert.deepEqual(of({ 'kube/a.ts': "export const a = { b: 'c' } as const;\nexport { a as d };" }), []);
});
test('an exported name means one thing, and a usage is called as its command', () => {
  const type = 'export interface Run {}\n';
  assert.deepEqual(of({ 'base/a.ts': type, 'plan/b.ts': 'export const Run = 1;' }), ['name Run of src/base/a.ts and src/plan/b.ts']);
  assert.deepEqual(
    of({
      'base/a.ts': type,
      'plan/b.ts': 'interface Run {}\nexport const run: Run = {};',
      'plan/c.ts': "export type { Run } from '../base/a.ts';",
    }),
    [],
  );
  assert.deepEqual(
    of({
      'base/a.ts': 'export const list = 1;',
      'commands/a/usage.ts': 'export const list = 2;',
      'commands/b/usage.ts': 'export const list = 2;',
    }),
    [],
  );
});
test('an expression that begins to count at every place of a text, or counts in several ways, is told', () => {
  const slow = [
    ...['/x+$/', '/(\\s*)$/', '/[^\\]a]+$/g', '/(\\w+)*x/', '/(a*)+/g', '/(?:[ab]+){2,}/'],
    // more than one way round a loop, whatever it is made of
    ...['/^(?:a|a)*$/', '/^(a|aa)+$/', '/^(?:\\w|\\d)*$/', '/^(\\w+\\s?)*$/', '/^(?:a?b?)*$/', '/^([a-z]+-?)+$/i', '/^(?:[^,]*,?)*x/'],
    // two loops that take the same, and one that begins again and again
    ...[
      '/^a*a*b/',
      '/^\\s*x?\\s*y/',
      '/^(.*)(.*)x/',
      '/^\\d+.\\d+$/',
      '/\\s*=/',
      '/<[^>]*>/',
      '/ab*c?b*d/',
      '/^\\s*x/m',
      '/(?:^|\\s)\\s+x/',
      '/\\d+(?=x)/',
    ],
  ];
  const fast = [
    ...['/^x+$/', '/(^x+)$/', '/x+$/y', '/x\\+$/', '/(?:a+b){0}x/', '/[+*]$/', '/(?:ab)+/', '/:\\d*$/', '/(?:\\.\\d+)*/'],
    ...['/^(?:a|b)*$/', '/^(\\w+\\s)*$/', '/^a*b*c/', '/<[^<>]*>/', '/=.*$/s', '/^(\\S+)\\s+(.*)$/s', '/x+/g', '/[a-z]{1,60}-\\d+/'],
    ...[
      '/^\\d+(?:\\.\\d+)?$/',
      '/\\bDNS:([^\\s,]+)/g',
      '/(?:\\[\\.\\]\\s*){2,}/',
      '/^[^\\n]*x/m',
      '/"(?:\\\\.|[^"\\\\])*"?/g',
      '/^(?<year>\\d{4})-\\d\\d$/u',
    ],
  ];
  const found = (expression: string): readonly string[] => of({ 'base/a.ts': `export const x = ${expression};` });
  for (const one of slow) assert.deepEqual(found(one), [`slow expression src/base/a.ts ${one.replace(/[a-z]*$/, '')}`], one);
  for (const one of fast) assert.deepEqual(found(one), [], one);
  assert.deepEqual(found("new RegExp('x+$')"), ['composed expression src/base/a.ts']);
});
test('a constant is named by a noun, whatever happened to it', () => {
  const vague = ['all.find(one => one.isGood)', 'undefined', 'await read()', 'a && b.c', 'all.get(key)'];
  for (const value of vague)
    assert.deepEqual(
      of({ 'base/a.ts': `export const f = async () => {\n  const found = ${value};\n  return found;\n};` }),
      ['name src/base/a.ts found'],
      value,
    );
  const fine = ['(text: string) => text', 'function () {}', 'a === b', '!a', 'a !== b && all.some(Boolean)', 'names.has(name)'];
  for (const value of fine) assert.deepEqual(of({ 'base/a.ts': `const found = ${value};` }), [], value);
  assert.deepEqual(of({ 'base/a.ts': 'let said: string;\nconst foundSecret = a;\nconst { told } = a;' }), ['name src/base/a.ts said']);
});
