import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { marked } from 'marked';
import { parse } from 'yaml';
import { byHand, fix, kubectl, look, ours, sentence } from '../src/base/advice.ts';
import type { Report } from '../src/checks/report.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import type { Inventory } from '../src/fleet/inventory.ts';
import { formats } from '../src/output/formats.ts';
import { printers } from '../src/output/index.ts';
import { readFixture } from './support/fixture.ts';
import { assertDocument, assertLines, assertMetrics, assertSarif, parseXml } from './support/formats.ts';

const here = import.meta.dirname;
const style = { color: false, unicode: true, columns: undefined };
const reportOf = (inventory: Inventory): Report => judge({ ...inventory, suppressions: inventory.suppressions ?? [] }, everything, 1234);
/** The report of an inventory whose objects stand in a file, one a line. */
const placed = (inventory: Inventory): Report => {
  const objects = reportOf(inventory).findings.flatMap(({ object, details = [] }) =>
    [object, ...details.map(one => one.object)].filter(one => one !== undefined),
  );
  return reportOf({
    ...inventory,
    places: new Map(
      objects.map(({ kind, namespace, name }, line) => [`${kind}/${namespace ?? ''}/${name}`, { file: 'fleet/all.yaml', line: line + 1 }]),
    ),
  });
};
const fleet = placed(readFixture(join(here, 'formats')));
const fixtures = readdirSync(join(here, 'checks')).flatMap(code =>
  ['broken', 'holds'].map(side => {
    const folder = join(here, 'checks', code, side);
    return { name: `${code}/${side}`, folder, report: placed(readFixture(folder)) };
  }),
);
const print = (format: (typeof formats)[number], report: Report): string => printers[format](report, style);

for (const format of formats.filter(one => one !== 'table' && one !== 'wide')) {
  test(`${format} of a fleet with every kind of outcome is the golden text`, () => {
    const golden = join(here, 'formats', `${format}.txt`);
    // the rules are the table of checks, which changes with every check
    const actual = format === 'sarif' ? print(format, fleet).replace(/"rules": \[.*?\n {10}\]/s, '"rules": []') : print(format, fleet);
    if (process.env['UPDATE'] === '1' || !existsSync(golden)) writeFileSync(golden, actual);
    assert.equal(actual, readFileSync(golden, 'utf8'));
  });
}
test('the fleet has errors, warnings, suppressed findings, places and unknowns, so that the goldens show each', () => {
  const has = (what: (finding: Report['findings'][number]) => boolean) => assert.ok(fleet.findings.some(what), what.toString());
  has(({ severity, suppressed }) => severity === 'error' && !suppressed);
  has(({ severity, suppressed }) => severity === 'warning' && !suppressed);
  has(({ suppressed }) => suppressed);
  has(({ place }) => place !== undefined);
  assert.ok(fleet.unknown.length > 0);
});
test('every fixture conforms to the published schemas and to SARIF, and its JUnit is well-formed', () => {
  for (const { report } of [{ report: fleet }, ...fixtures]) {
    assertDocument(JSON.parse(print('json', report)));
    assertDocument(parse(print('yaml', report)));
    assertLines(print('jsonl', report));
    assertSarif(print('sarif', report));
    parseXml(print('junit', report));
  }
});
test('placements conform, one and several, in the document and in lines', () => {
  const report = fixtures.find(({ name }) => name === 'KC507/broken')?.report;
  const [placement] = report?.placements ?? [];
  assert.ok(report !== undefined && placement !== undefined);
  const several: Report = { ...report, placements: [placement, placement] };
  assertDocument(JSON.parse(print('json', several)));
  assertLines(print('jsonl', several));
  assert.equal(print('jsonl', several).match(/^{"type":"placement"/gm)?.length, 2);
  assert.match(print('markdown', report), /^## Placement of k8ssandra\/demo: can NOT be applied now$/m);
  assert.match(print('html', report), /<h3>k8ssandra\/demo: can NOT be applied now<\/h3>/);
});
test('the schema catches a field that is renamed, added or gone', () => {
  const document = JSON.parse(print('json', fleet)) as Record<string, unknown> & {
    findings: Record<string, unknown>[];
    contexts: Record<string, unknown>[];
  };
  const [finding = {}] = document.findings;
  const [context = {}] = document.contexts;
  for (const part of [document, finding, context]) {
    for (const key of Object.keys(part)) {
      const value = part[key];
      delete part[key];
      part[`${key}X`] = value;
      assert.throws(() => assertDocument(document), { name: 'AssertionError' }, key);
      delete part[`${key}X`];
      part[key] = value;
    }
  }
  assertDocument(document);
});
test('SARIF carries file and line, the object, a rule for each result, and its suppression', () => {
  const { runs } = JSON.parse(print('sarif', fleet)) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: {
        ruleId: string;
        suppressions: unknown[];
        locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
          logicalLocations: { fullyQualifiedName: string }[];
        }[];
      }[];
    }[];
  };
  const [first] = runs;
  assert.ok(first);
  const { tool, results } = first;
  assert.equal(results.length, fleet.findings.length);
  for (const [index, finding] of fleet.findings.entries()) {
    const found = results[index];
    assert.ok(found);
    assert.equal(found.ruleId, finding.code);
    assert.equal(tool.driver.rules.filter(({ id }) => id === finding.code).length, 1);
    assert.equal(found.suppressions.length, Number(finding.suppressed));
    if (finding.object === undefined) continue;
    assert.deepEqual(found.locations[0]?.physicalLocation, {
      artifactLocation: { uri: finding.place?.file },
      region: { startLine: finding.place?.line },
    });
    assert.match(found.locations[0]?.logicalLocations[0]?.fullyQualifiedName ?? '', new RegExp(`^${finding.object.kind}/`));
  }
});
test('metrics pass the linter of promtool, over all fixtures', () => {
  const texts = [fleet, ...fixtures.map(({ report }) => report)].map(report => print('prometheus', report));
  // one of each shape: the linter looks at names, types and labels
  const shapes = new Map(texts.map(text => [text.replace(/"[^"]*"| [\d.]+$/gm, ''), text]));
  for (const text of shapes.values()) assertMetrics(text);
});
test('what is unknown is no sample, and never 0 or 1', () => {
  const text = print('prometheus', fleet);
  assert.match(text, /^k8ssandra_context_up\{context="north",vantage="here"\} 0$/m);
  assert.doesNotMatch(text, /vantage="operator"/);
  assert.doesNotMatch(print('prometheus', { ...fleet, start: { verdict: 'unknown', message: '' } }), /would_start/);
});
test('no output of any format holds a credential of a fixture, plain, in base64 or in a URL', () => {
  let looked = 0;
  for (const { name, report, folder } of [{ name: 'fleet', report: fleet, folder: join(here, 'formats') }, ...fixtures]) {
    const tokens = new Set(
      [...readFileSync(join(folder, 'manifests.yaml'), 'utf8').matchAll(/\btoken: ([^},\s]+)/g)].map(([, token = '']) => token),
    );
    const forms = [...tokens].flatMap(token => [
      token,
      Buffer.from(token).toString('base64'),
      Buffer.from(token).toString('base64url'),
      encodeURIComponent(Buffer.from(token).toString('base64')),
    ]);
    looked += forms.length;
    for (const format of formats) {
      const text = print(format, report);
      for (const form of forms) assert.ok(!text.includes(form), `${format} ${name}`);
    }
  }
  assert.ok(looked > 100);
});
test('the same inventory, read again, gives the same bytes in every format', () => {
  for (const format of formats)
    for (const { name, report, folder } of fixtures)
      assert.equal(print(format, placed(readFixture(folder))), print(format, report), `${format} ${name}`);
});
test('one cause in several places is one finding, and one result and annotation where it stands', () => {
  const place = (line: number) => ({ file: `east-${line}.yaml`, line });
  const [finding] = fleet.findings;
  assert.ok(finding);
  const details = ['a', 'b'].map((context, index) => ({
    context,
    message: `wrong in ${context}`,
    object: { kind: 'ClientConfig', namespace: 'k8ssandra', name: context },
    place: place(index + 1),
    remedies: [fix(ours('clientconfig rotate', [context]))],
  }));
  const report: Report = { ...fleet, findings: [{ ...finding, contexts: ['a', 'b'], details }], unknown: [] };
  assertDocument(JSON.parse(print('json', report)));
  const { runs } = JSON.parse(print('sarif', report)) as {
    runs: { results: { partialFingerprints: object; locations: { physicalLocation: { region: { startLine: number } } }[] }[] }[];
  };
  assert.deepEqual(
    runs[0]?.results.map(({ partialFingerprints, locations }) => [partialFingerprints, locations[0]?.physicalLocation.region.startLine]),
    ['a', 'b'].map((context, index) => [
      { 'codeAndObject/v1': `${finding.code}|ClientConfig/k8ssandra/${context}||${context}` },
      index + 1,
    ]),
  );
  assert.deepEqual(
    print('github', report)
      .split('\n')
      .filter(line => line.startsWith('::error'))
      .map(line => /file=([^,]+),line=(\d+),/.exec(line)?.slice(1)),
    [
      ['east-1.yaml', '1'],
      ['east-2.yaml', '2'],
    ],
  );
  assert.match(print('html', report), /<li>b: wrong in b: ClientConfig k8ssandra\/b, east-2\.yaml:2<\/li>/);
  assert.match(print('markdown', report), /^- b: wrong in b: ClientConfig k8ssandra\/b, east-2\.yaml:2$/m);
});
test('an annotation of GitHub reads back as the text it was made of', () => {
  const text = 'a%0Ab,c:d%25';
  const [line = ''] = print('github', withText(text)).split('\n');
  const decoded = (part = ''): string =>
    part.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const [, file, title, message] = /^::error file=([^,:]*),line=3,title=([^,:]*)::(.*)$/.exec(line) ?? [];
  assert.equal(decoded(file), text);
  assert.equal(decoded(title), `KC401 ${text}north`);
  assert.ok(decoded(message).split('\n').includes(`effect: ${text}`));
});
test('what the manifests cannot tell is told and fails nothing', () => {
  const unknown = fleet.unknown.map(one => ({ ...one, expected: true as const }));
  const report: Report = { ...fleet, findings: [], unknown, complete: true };
  assert.match(print('junit', report), / failures="0" errors="0" /);
  // One line on a pull request in which nothing is wrong.
  assert.match(print('github', report), /^::notice title=contexts check::[^\n]*%0Awest: [^\n]*\n$/);
  assert.match(print('prometheus', report), /^k8ssandra_check_complete 1$/m);
  assert.match(print('sarif', report), /"executionSuccessful": true/);
  assertDocument(JSON.parse(print('json', report)));
});
const nasty = [
  `"><script>alert('x')</script>`,
  ']]></failure><testcase name="x"/>',
  'a|b`c`\n# h\n- x\r\n::error::boo',
  '%0A::error::x%3A,',
  '\u001b[2J\u202eevil\u0000\ufffe\ud800',
  '[x](https://evil.example) ![i](//e) @everyone #12 www.evil.example <b>&amp;\\|',
  '\\" } 1\nfake_metric 1',
  '```\n~~~ $x$ {{ a }} *_b_*',
];
/** The fleet with that text wherever a cluster can put one. */
const withText = (text: string): Report => ({
  ...fleet,
  controlPlane: { ...fleet.controlPlane, context: text },
  start: { ...fleet.start, message: text },
  contexts: fleet.contexts.map(context => ({
    ...context,
    name: `${text}${context.name}`,
    references: context.references.map(one => ({ ...one, name: text })),
    probe: { ...context.probe, reach: { status: 'fail', cause: 'http', detail: text } },
  })),
  findings: fleet.findings.map(finding => ({
    ...finding,
    contexts: finding.contexts.map(name => `${text}${name}`),
    object: { kind: 'Secret', namespace: text, name: text, field: text },
    message: text,
    effect: text,
    remedies: [fix(ours('clientconfig rotate', [text], text)), look(kubectl(text, text)), byHand(sentence`${text}${ours(text)}`)],
    place: { file: text, line: 3 },
  })),
  unknown: fleet.unknown.map(one => ({ ...one, contexts: [text], reason: text })),
});
const tags = (text: string): string[] =>
  (text.match(/<[^>]*>/g) ?? []).filter(tag => tag !== '<!-- -->').map(tag => tag.replace(/"[^"]*"/g, '""'));

test('text from a cluster cannot break out of any format', () => {
  const plain = withText('plain');
  for (const text of nasty) {
    const report = withText(text);
    assert.equal(
      parseXml(print('junit', report)).getElementsByTagName('testcase').length,
      parseXml(print('junit', plain)).getElementsByTagName('testcase').length,
    );
    assert.deepEqual(tags(print('junit', report)), tags(print('junit', plain)), text);
    // A longer name has more lines in a picture, of the same kind.
    const outside = (one: Report): string => print('html', one).replace(/<svg[\s\S]*<\/svg>/, '');
    assert.deepEqual(tags(outside(report)), tags(outside(plain)), text);
    assert.deepEqual([...new Set(tags(print('html', report)))].sort(), [...new Set(tags(print('html', plain)))].sort(), text);
    const render = (one: Report): string[] => tags(marked.parse(print('markdown', one), { async: false }));
    assert.deepEqual(render(report), render(plain), text);
    for (const format of ['junit', 'html'] as const) assert.doesNotMatch(print(format, report), /[\ufffe\uffff]/, format);
    // a renderer drops a cell too many, so the rows are counted as they are written
    for (const row of print('markdown', report)
      .split('\n')
      .filter(line => line.startsWith('| ')))
      assert.equal(row.split('|').length, 6, row);
    const commands = (one: Report): (string | undefined)[] =>
      print('github', one)
        .trimEnd()
        .split('\n')
        .map(line => /^::(error|warning|notice) [^:]*::/.exec(line)?.[1]);
    assert.deepEqual(commands(report), commands(plain), text);
    assert.equal(print('prometheus', report).split('\n').length, print('prometheus', plain).split('\n').length, text);
    assertMetrics(print('prometheus', report));
    assertSarif(print('sarif', report));
    assertLines(print('jsonl', report));
    assert.equal((JSON.parse(print('json', report)) as Report).findings[0]?.message, text);
    for (const format of ['junit', 'html', 'markdown', 'github', 'prometheus', 'table', 'wide'] as const)
      assert.doesNotMatch(print(format, report), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/, format);
  }
});
test('html loads and runs nothing', () => {
  const text = print('html', fleet);
  assert.doesNotMatch(text, /<script|<link|<img|<iframe|\bsrc=|@import|url\((?!#)|\son\w+=/i);
});
test('a step that passed but shows rights, CRDs or a load to be missing reads as passed in no format', () => {
  for (const [code, step, said] of [
    ['KC501', 'access', '\\d+/\\d+'],
    ['KC502', 'crds', '\\d+/\\d+'],
    ['KC602', 'loaded', 'stale'],
  ] as const) {
    const report = fixtures.find(({ name }) => name === `${code}/broken`)?.report;
    assert.ok(report, code);
    assert.match(print('html', report), new RegExp(`<td class="fail">${said}</td>`), code);
    assert.match(
      print('junit', report),
      new RegExp(`name="${step}" time="0">\\s+<skipped message="failed, judged by the findings: ${said}"`),
      code,
    );
  }
});
