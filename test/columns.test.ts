import assert from 'node:assert/strict';
import { test } from 'node:test';
import { width } from '../src/base/width.ts';
import { fitted } from '../src/output/columns.ts';
import { randomFrom } from './support/answers/random.ts';

const pieces = [
  'a',
  'east-1',
  ' ',
  '  ',
  '√',
  '×',
  '\u001b[31mred\u001b[39m',
  '\u001b[1mbold\u001b[22m',
  '日本',
  'é',
  '{{x}}',
  '…',
  'undefined',
];
/** What a table is: each cell as wide as the widest of its column. */
const plainly = (rows: readonly (readonly string[])[], gap: number): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(1, ...rows.map(row => width(row[at] ?? ''))));
  return rows.map(row =>
    row
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) + gap - width(cell)))
      .join('')
      .trimEnd(),
  );
};

test('cells stand in columns of the width of the widest, whatever is in them, in tables of any length', () => {
  const { below, pick } = randomFrom(7);
  for (let round = 0; round < 60; round++) {
    const columns = 1 + below(8);
    const rows = Array.from({ length: 1 + below(50) }, () =>
      Array.from({ length: columns }, () => Array.from({ length: below(5) }, () => pick(pieces)).join('')),
    );
    const gap = 1 + below(4);
    assert.deepEqual(fitted(rows, undefined, [], gap), plainly(rows, gap), JSON.stringify(rows));
  }
});
test('on a narrow terminal columns go in their order, no more than need be, and nothing is cut', () => {
  const rows = [
    ['NAME', 'SERVER', 'AGE'],
    ['east', 'https://east.example.com', '3d'],
  ];
  const drop = ['SERVER', 'AGE'];
  assert.deepEqual(fitted(rows, 37, drop), fitted(rows, undefined, []));
  assert.deepEqual(fitted(rows, 35, drop), ['NAME   AGE', 'east   3d']);
  assert.deepEqual(fitted(rows, 8, drop), ['NAME', 'east']);
  assert.deepEqual(fitted(rows, 1, drop), ['NAME', 'east']);
});
