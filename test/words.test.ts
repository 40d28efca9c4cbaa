import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { topologyOf } from '../src/fleet/topology.ts';
import { contextTable } from '../src/output/contexts-list.ts';
import { contextGraph } from '../src/output/graph/graph.ts';
import { graphTree } from '../src/output/graph/tree.ts';
import { printers } from '../src/output/index.ts';
import { readFixture } from './support/fixture.ts';

const root = join(import.meta.dirname, '..');
/** Sentences that had to be read twice, each of which has a plain one in its place. */
const odd = [
  'dials nobody',
  'one ClientConfig whole',
  'to go on all the same',
  'walks all of them first',
  'kills its tokens',
  'from inside its own pod, where nothing',
  'still works with an earlier version',
  'passes from one side',
  'ever more rarely',
  'API server no more',
  'If it restarted now',
  'if it restarted now it would',
  'whether it then stays up',
  'has not ended since',
  'its last words',
  'the operator last ended with',
  'has not loaded everything',
  'mend that',
  'it is forced',
  'no single control plane',
  'that is its name already',
  'to live with a finding',
  'BLOCKS OPERATOR START',
];
/** Names that JSON has for what people are told in words. */
const internal =
  /\b(earlier-failure|does-not-start|starts-then-stops|context-missing|key-missing|timed-out|not-asked|not-an-api|not-installed|this-machine|notRun|notJudged|losesData|stopsLate)\b|\bskipped:|\b(undefined|\[object)\b/;

const filesIn = (folder: string, ends: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => ends.test(name))
    .map(name => join(root, folder, name));

test('no source, document or golden text says what has a plainer sentence', () => {
  const files = [
    ...filesIn('src', /\.ts$/),
    ...filesIn('docs', /\.md$/),
    ...filesIn('test', /(expected\S*|\/formats\/\w+\.txt)$/),
    join(root, 'README.md'),
  ];
  assert.ok(files.length > 300);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const phrase of odd) assert.ok(!text.includes(phrase), `${file}: ${phrase}`);
  }
});
test('nothing that a person reads holds a word that only the program knows', () => {
  const style = { color: false, unicode: true, columns: undefined, show: 'all', verbose: true } as const;
  for (const code of readdirSync(join(root, 'test/checks'))) {
    for (const kind of ['broken', 'holds']) {
      const inventory = readFixture(join(root, 'test/checks', code, kind));
      const report = judge(inventory, everything, 0);
      const topology = topologyOf(inventory);
      const texts = {
        table: printers.table(report, style),
        short: printers.short(report, style),
        markdown: printers.markdown(report),
        html: printers.html(report).replace(/<style>.*<\/style>|class="[^"]*"/gs, ''),
        github: printers.github(report),
        list: contextTable(topology, report, style, true),
        tree: graphTree(contextGraph(topology, report), style),
      };
      for (const [format, text] of Object.entries(texts)) {
        const line = text.split('\n').find(one => internal.test(one));
        assert.equal(line, undefined, `${code}/${kind} ${format}`);
      }
    }
  }
});
