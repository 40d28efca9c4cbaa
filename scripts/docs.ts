import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from '../src/checks/index.ts';
import { judge } from '../src/commands/contexts/judge.ts';
import { families, markdownPage } from '../src/commands/explain.ts';
import { table } from '../src/output/report/table.ts';
import { readFixture } from '../test/support/fixture.ts';

/** docs/: a page for each finding code and the index of them, from the table of checks and its fixtures. `--check` only compares. */
const folder = 'docs';
const example = (code: string): string => {
  const report = judge(readFixture(join('test/checks', code, 'broken')), checks, 0);
  const found = report.findings.filter(finding => finding.code === code);
  const blocks = table({ ...report, contexts: [], findings: found, unknown: [] }, { color: false, unicode: true, columns: 100 }).split(
    '\n\n',
  );
  return blocks.find(block => block.includes(` ${code} `)) ?? '';
};
const pages = new Map(
  checks.map(check => {
    const shown = example(check.code).trimEnd();
    return [`${check.code}.md`, `${markdownPage(check)}${shown === '' ? '' : `\n## Example\n\n\`\`\`\n${shown}\n\`\`\`\n`}`];
  }),
);
const texts = readdirSync(folder)
  .filter(name => name.endsWith('.md') && !/^(KC\d+|README)\.md$/.test(name))
  .sort();
const titleOf = (name: string): string => /^# (.+)$/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? name;
pages.set(
  'README.md',
  [
    '# Documents',
    '',
    ...texts.map(name => `- [${titleOf(name)}](${name})`),
    '',
    '## Finding codes',
    ...Object.entries(families).flatMap(([family, meaning]) => [
      '',
      `### ${family}xx: ${meaning}`,
      '',
      '| Code | Severity | What it asserts |',
      '|---|---|---|',
      ...checks
        .filter(({ code }) => code.startsWith(family))
        .map(({ code, severity, title }) => `| [${code}](${code}.md) | ${severity} | ${title} |`),
    ]),
    '',
  ].join('\n'),
);
const left = readdirSync(folder).filter(name => /^KC\d+\.md$/.test(name) && !pages.has(name));
if (process.argv.includes('--check')) {
  const old = (name: string): string => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return '';
    }
  };
  const stale = [...left, ...[...pages].filter(([name, text]) => old(name) !== text).map(([name]) => name)];
  if (stale.length > 0) throw new Error(`docs/ is not what the table of checks says: ${stale.join(', ')}; run node scripts/docs.ts`);
} else {
  for (const name of left) rmSync(join(folder, name));
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}
