import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from '../src/checks/index.ts';
import { judge } from '../src/commands/contexts/judge.ts';
import { families, markdownPage } from '../src/commands/explain.ts';
import { logLines } from '../src/operator/log-lines.ts';
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
const link = (code: string): string => `[${code}](${code}.md)`;
/** By symptom: what the operator logs, and what people see. The log lines are the table that `explain` reads. */
pages.set(
  'troubleshooting.md',
  [
    '# Troubleshooting by symptom',
    '',
    'Start with `kubectl k8ssandra contexts check`: it names the cause, the effect and the cure. This page is for whoever has only a line of a log.',
    "`kubectl k8ssandra explain 'LINE'` looks the line up in the table below.",
    '',
    '## The operator restarts again and again',
    '',
    '`kubectl k8ssandra operator status` shows its last exit and the line with which it ended. Exit code 0 is a reload: a ClientConfig or its',
    'Secret has changed. Exit code 1 at once: a ClientConfig cannot be loaded. Exit code 1 after two minutes: a data plane does not answer.',
    '',
    '## The operator is Ready and nothing is reconciled',
    '',
    'Its readiness tells nothing of its data planes. It waits up to two minutes for the first answer of each, and reconciles nothing until all have answered.',
    '',
    '## What the operator logs',
    '',
    '| The line holds | What it means | Codes |',
    '|---|---|---|',
    ...logLines.map(
      ({ texts: said, meaning, codes }) =>
        `| ${said.map(text => `\`${text.trim()}\``).join('<br>')} | ${meaning} | ${codes.map(link).join(' ') || 'none'} |`,
    ),
    '',
  ].join('\n'),
);
const texts = [...new Set([...readdirSync(folder), 'troubleshooting.md'])]
  .filter(name => name.endsWith('.md') && !/^(KC\d+|README)\.md$/.test(name))
  .sort();
const titleOf = (name: string): string => /^# (.+)$/m.exec(pages.get(name) ?? readFileSync(join(folder, name), 'utf8'))?.[1] ?? name;
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
