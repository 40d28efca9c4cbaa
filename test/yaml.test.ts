import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../src/base/text.ts';
import { readDocuments } from '../src/kube/yaml/documents.ts';

const valuesOf = (text: string): unknown => readDocuments(text).map(read => ('value' in read ? read.value : read.problem));
const linesOf = (text: string): ReadonlyMap<string, number> => {
  const [read] = readDocuments(text);
  assert.ok(read !== undefined && 'value' in read, text);
  return read.lines();
};

/** Each with what sigs.k8s.io/yaml v1.6.0 makes of it; `false` where it refuses. */
const scalars: readonly (readonly [yaml: string, value: unknown])[] = [
  ...['y', 'Yes', 'on', 'TRUE'].map(one => [one, true] as const),
  ...['n', 'No', 'OFF', 'false'].map(one => [one, false] as const),
  ...['', '~', 'null', 'NULL'].map(one => [one, null] as const),
  ...(['tRUE', 'nO', '12:30:45', '2001-01-01', '1e400', '0b2', '._5', '18446744073709551616x', '! yes', "! 'no'"] as const).map(
    one => [one, one.replace(/^! /, '').replaceAll("'", '')] as const,
  ),
  ['"no"', 'no'],
  ["'017'", '017'],
  ['0x1F', 31],
  ['017', 15],
  ['0o17', 15],
  ['08', 8],
  ['-0b11', -3],
  ['1_000', 1000],
  ['1e3', 1000],
  ['.5', 0.5],
  ['!!str 5', '5'],
  ['!!str no', 'no'],
  ['!!int "3"', 3],
  ['!!float 3', 3],
  ['!!bool "yes"', true],
  ['!!binary aGk=', 'hi'],
  ['!own x', 'x'],
  ['!!set {a, b}', { a: null, b: null }],
  ['|\n  a\n  b', 'a\nb\n'],
  ['>-\n  a\n  b', 'a b'],
];
test('scalars are what Go makes of them, in a mapping, in a list and in one line', () => {
  for (const [yaml, value] of scalars) {
    assert.deepEqual(valuesOf(`k: ${yaml}\n`), [{ k: value }], yaml);
    assert.deepEqual(valuesOf(`- ${yaml}\n`), [[value]], yaml);
    if (!/[|>]/.test(yaml)) assert.deepEqual(valuesOf(`[x, {k: ${yaml} }]`), [['x', { k: value }]], yaml);
  }
});
test('what JSON cannot hold is told, without a word of what stands there', () => {
  const refused: readonly (readonly [yaml: string, problem: string])[] = [
    ['k: .inf', 'holds a number that JSON does not have'],
    ['k: !!int canary', 'holds what is no !!int'],
    ['k: !!bool canary', 'holds what is no !!bool'],
    ['k: !!binary canary!', '!!binary holds no base64'],
    ['~: canary', 'has a key without a name'],
    ['? [canary]\n: 1', 'has a mapping or a list for a key'],
    ['k: *canary', 'has an alias without an anchor'],
    ['k: &a {x: *a}', 'has an anchor that contains itself'],
    ['k: &a {<<: *a}', 'has an anchor that contains itself'],
    ['k: {<<: [1]}', 'merges what is no mapping'],
    ['k: "canary', 'is not YAML: found unexpected end of stream'],
    ['k: [canary', "is not YAML: did not find expected ',' or ']'"],
    ['k: \u0007canary', 'is not YAML: control characters are not allowed'],
    [`a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(999)}]`, 'has too many aliases'],
    ['['.repeat(20_000), 'is nested too deeply'],
    [`${'['.repeat(5000)}${']'.repeat(5000)}`, 'is nested too deeply'],
    [`k: ${'['.repeat(5000)}${']'.repeat(5000)}`, 'is nested too deeply'],
    [`[${'{"k":'.repeat(5000)}1${'}'.repeat(5000)}]`, 'is nested too deeply'],
  ];
  for (const [yaml, problem] of refused) {
    const [read] = readDocuments(yaml);
    assert.ok(read !== undefined && 'problem' in read, yaml.slice(0, 80));
    assert.ok(read.problem.startsWith(problem), `${yaml.slice(0, 80)}: ${read.problem}`);
    assert.doesNotMatch(read.problem, /canary/);
  }
});
test('merge keys count in their order, the first of several sources wins, and their fields keep their lines', () => {
  const cases: readonly (readonly [yaml: string, value: unknown])[] = [
    ['a: &x {b: 1}\nc: {<<: *x, d: 2}', { b: 1, d: 2 }],
    ['a: &x {b: 1}\nc: {<<: *x, b: 3}', { b: 3 }],
    ['a: &x {b: 1}\nc: {b: 3, <<: *x}', { b: 1 }],
    ['a: [&x {b: 1}, &y {b: 2, f: 3}]\nc: {<<: [*x, *y]}', { b: 1, f: 3 }],
    ['c: {<<: {b: 1}}', { b: 1 }],
    ['c: {"<<": {b: 1}}', { '<<': { b: 1 } }],
  ];
  for (const [yaml, value] of cases) assert.deepEqual((valuesOf(yaml) as [{ c: unknown }])[0].c, value, yaml);
  const lines = linesOf('a: &x\n  b: 1\n  e: 1\nc:\n  <<: *x\n  e: 2\n');
  assert.deepEqual([lines.get('c.b'), lines.get('c.e')], [2, 6]);
});
test('an alias is what its anchor was when it was written, and may be a key', () => {
  assert.deepEqual(valuesOf('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'), [{ a: 1, b: 1, c: 2, d: 2 }]);
  assert.deepEqual(valuesOf('a: &x k\n*x : 2\n'), [{ a: 'k', k: 2 }]);
});
test('documents are cut at lines of ---, a broken one hides no other, and each knows its line', () => {
  const text = 'a: 1\n--- # one\n\nb: [\n---\n\ufeffc: 3\n---\n# nothing\n';
  assert.deepEqual(valuesOf(text), [{ a: 1 }, 'is not YAML: did not find expected node content', { c: 3 }]);
  assert.deepEqual(
    readDocuments(text)
      .map(({ line }) => line)
      .slice(0, 3),
    [1, 5, 6],
  );
});
test('JSON: a stream of objects, a key that is there twice, and the lines of its fields', () => {
  const text = '{"a": 1, "b": [{"c": "}"},\n {"c": 2}], "a": 3}\n{"\\u0061":\n[]}';
  assert.deepEqual(valuesOf(text), [{ a: 3, b: [{ c: '}' }, { c: 2 }] }, { a: [] }]);
  const [first, second] = readDocuments(text);
  assert.ok(first !== undefined && 'value' in first && second !== undefined && 'value' in second);
  assert.deepEqual([...first.lines()], [['a', 2], ['b', 1], ['b[0]', 1], ['b[0].c', 1], ['b[1]', 2], ['b[1].c', 2]]); // biome-ignore format: one line
  assert.deepEqual([...first.repeated()], [['a', 2]]);
  assert.deepEqual([second.line, second.lines().get('a')], [3, 3]);
  assert.deepEqual(valuesOf('k: 1\nk: 2\n'), [{ k: 2 }]);
});
test('the parts of a list know where they stand, in YAML and in JSON', () => {
  for (const text of ['items:\n  - a: 1\n  - &x\n    a: 2\n  - *x\n', '{"items": [\n{"a": 1},\n\n{"a": 2}, {"a": 2}]}']) {
    const [list] = readDocuments(text);
    assert.ok(list !== undefined && 'value' in list);
    const items = list.items('items');
    assert.deepEqual(
      items.map(({ value }) => value),
      [{ a: 1 }, { a: 2 }, { a: 2 }],
    );
    assert.deepEqual(
      items.map(({ lines }) => lines().get('a')),
      [2, 4, 4],
    );
  }
});
test('a text is decoded by its byte order mark', () => {
  const text = 'kind: é€\n';
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  const encodings = [Buffer.from(text), Buffer.from(`\ufeff${text}`), little, Buffer.from(little).swap16()];
  for (const bytes of encodings) assert.equal(textOf(bytes), text);
});
