import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { causes, unreads } from '../src/base/cause.ts';
import { checks } from '../src/checks/index.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { families, markdownPage } from '../src/commands/explain.ts';
import { nouns, singles } from '../src/commands/index.ts';
import { readerRules } from '../src/fleet/from-cluster/rights.ts';
import { fromSnapshot } from '../src/fleet/snapshot.ts';
import { logLines } from '../src/operator/log-lines.ts';
import { table } from '../src/output/report/table.ts';
import { refusalRows } from '../src/plan/refusals.ts';
import { cures } from '../test/support/cures.ts';
import { readFixture } from '../test/support/fixture.ts';
import { picture } from './picture.ts';
import { releasesPage } from './releases-page.ts';

/** Everything in docs/ that the program itself can say: codes, commands, log lines, the picture, and the index. `--check` only compares. */
const folder = 'docs';
const read = (name: string): string => {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return '';
  }
};

/** What a code looks like in a report: the finding of its own broken fixture. */
const example = (code: string): string => {
  const report = judge(readFixture(join('test/checks', code, 'broken')), everything, 0);
  const found = report.findings.filter(finding => finding.code === code);
  const blocks = table(
    { ...report, contexts: [], findings: found, unknown: [] },
    { color: false, unicode: true, columns: 100, show: 'all' },
  ).split('\n\n');
  return blocks.find(block => block.includes(` ${code} `)) ?? '';
};
const codePages = (): [string, string][] =>
  checks.map(check => {
    const shown = example(check.code).trimEnd();
    return [`${check.code}.md`, `${markdownPage(check)}${shown === '' ? '' : `\n## Example\n\n\`\`\`\n${shown}\n\`\`\`\n`}`];
  });

const troubleshooting = (): string => {
  const link = (code: string): string => `[${code}](${code}.md)`;
  return [
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
      ({ texts, meaning, codes }) =>
        `| ${texts.map(text => `\`${text.trim()}\``).join('<br>')} | ${meaning} | ${codes.map(link).join(' ') || 'none'} |`,
    ),
    '',
  ].join('\n');
};

/** The help of every command, as the built program prints it. */
const commands = (): string => {
  const help = (...words: readonly string[]): string =>
    execFileSync(process.execPath, ['dist/kubectl-k8ssandra.cjs', ...words, '--help'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' },
    })
      .split('\nUse "kubectl')[0]
      ?.trimEnd() ?? '';
  const all = [
    ...Object.entries(nouns).flatMap(([noun, { verbs }]) => Object.keys(verbs).map(verb => [noun, verb])),
    ...Object.keys(singles).map(name => [name]),
  ];
  return [
    '# Commands',
    '',
    '`kubectl k8ssandra options` lists the flags that every command takes; they are those of kubectl, and `--deadline`.',
    '',
    ...all.flatMap(words => [`## ${words.join(' ')}`, '', '```', help(...words), '```', '']),
  ].join('\n');
};

/** Who needs which right, for what. */
const rights = (): string =>
  [
    '# Rights',
    '',
    'A right that is missing makes what it gives unknown, never ok: the run is incomplete (exit code 3) and lists what could not be read.',
    '',
    '## To read: contexts check, contexts list, contexts graph, clientconfig list, operator status',
    '',
    'In the control plane, and nothing at all in the data planes:',
    '',
    '    kubectl k8ssandra contexts check --print-rbac | kubectl apply -f -',
    '    kubectl create clusterrolebinding contexts-reader --clusterrole k8ssandra-contexts-reader --serviceaccount k8ssandra-operator:contexts-reader',
    '',
    'With `-n NAMESPACE` it prints a Role of that namespace, and a ClusterRole of the one right that no Role can give.',
    '',
    '| Resource | Verbs | What it gives |',
    '|---|---|---|',
    ...readerRules.map(
      ({ group, resource, verbs, gives }) => `| \`${resource}${group === '' ? '' : `.${group}`}\` | ${verbs.join(', ')} | ${gives} |`,
    ),
    '',
    'Who may read those Secrets can use the credentials in them: a reader is as strong as the service account that is stored.',
    '',
    '## To write',
    '',
    '| Command | In the control plane, beside the above | In the data plane |',
    '|---|---|---|',
    '| `clientconfig create` | create and update `secrets` and `clientconfigs` | list `deployments`, get `serviceaccounts`, create `serviceaccounts/token`, get, list and create `secrets`, get `namespaces` |',
    '| `clientconfig rotate` | update `secrets`, list `pods` | get, list, create and delete `secrets`: the stored credential has these itself |',
    '| `clientconfig update`, `rename` | update and create `secrets` and `clientconfigs`; rename deletes too | none |',
    '| `clientconfig delete` | delete `clientconfigs` and `secrets`, update `secrets`; of a renewer get, update and delete `roles` and `rolebindings` | get, list and delete `secrets`: the stored credential has these itself; of a renewer get and delete `roles` and `rolebindings` |',
    '| `clientconfig export` | none | none |',
    '| `clientconfig import` | create and update `secrets` and `clientconfigs` | none |',
    '| `operator restart` | patch `deployments` | none |',
    '',
  ].join('\n');

/** What can come instead of an answer: the table that every command reads. */
const meanings = (): string =>
  [
    '# What an answer means',
    '',
    'Whatever comes of a request instead of the wanted answer has one cause, and each cause has one meaning in every command.',
    '',
    '- A **fault** of a data plane is a finding: what was dialled or asked is not as it must be. A connection that cannot be made is one, and so is a',
    '  credential that the API refuses in every answer.',
    '- Everything else is **unknown**: it kept an answer away and says nothing of what is there, so the run is incomplete (exit 3), the cause is named, and no',
    '  cure is proposed. A connection that breaks or a time-out after the handshake is no more than that either.',
    '- A command that cannot go on without an answer of the control plane ends with the exit code of the last column. A write that is refused is exit 4, whatever',
    '  the cause, and so is a control plane of which nothing at all could be read.',
    '',
    '| Cause | What happened | A data plane is then | Shown as | Exit code |',
    '|---|---|---|---|---|',
    ...Object.entries(causes).map(
      ([cause, { one, fault, unread }]) =>
        `| ${cause} | ${one} | ${fault ? 'at fault' : 'unknown'} | ${unread} | ${unreads[unread].exit} |`,
    ),
    '',
    'What is no Kubernetes API (a load balancer, a login page, another service) is told once, with its content type and its first word, where not one answer',
    'was that of an API; a single page among good answers makes one step unknown.',
    '',
  ].join('\n');

/** What is refused, and what lifts it. */
const refusals = (): string =>
  [
    '# What is refused by name',
    '',
    'What looks dangerous is refused, with its cure and the name that lifts it; one name lifts one refusal and no other. What is lifted when a ClientConfig is created',
    'is noted beside it, so that `contexts check` does not find it again, and a later `create` asks for it again only where a credential depends on it.',
    '',
    '| `--allow` | of `clientconfig` | Refused |',
    '|---|---|---|',
    ...refusalRows().map(({ code, by, when }) => `| \`${code}\` | ${by.join(', ')} | ${when} |`),
    '',
    '`--force` of `delete` and `rename` is for a context that is in use; it asks for the name to be typed.',
    '',
  ].join('\n');

/** What became of each printed fix in test/paste.test.ts and test/real, and why some codes have none. */
const cured = (): string =>
  [
    '# What a printed fix cures',
    '',
    'A report tells of each finding what to do: `fix` is a command that makes it go away, `look` one that only shows, `do` a sentence where no command can.',
    'Every command carries the kubeconfig, the context and the namespace of its report, and no command has a gap to fill in: where it depends on which of your',
    'contexts is meant, those that can be are listed. A fix that writes asks before it does.',
    '',
    'The tests bring every situation of this table about, take each printed fix as it stands, run it in a shell, and look again: the finding is gone, and no',
    'other has come.',
    '',
    '| Code | Its fix is tried with | Where no command can cure it |',
    '|---|---|---|',
    ...checks.map(({ code }) => {
      const { cases = {}, real = [], reason = '' } = cures[code] ?? {};
      const tried = [...Object.keys(cases), ...real.map(one => `${one} (real API servers)`)];
      return `| [${code}](${code}.md) | ${tried.join('<br>')} | ${reason} |`;
    }),
    '',
  ].join('\n');

/** A real report of a broken fleet, kept as a snapshot, as a terminal of 120 columns shows it. */
const image = (): string => {
  const inventory = fromSnapshot(JSON.parse(read('images/fleet.json')));
  const report = table(judge(inventory, everything, 241), { color: true, unicode: true, columns: 120 });
  return picture('kubectl k8ssandra contexts check', report, 120);
};

const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? '';
const index = (generated: ReadonlyMap<string, string>): string => {
  const pagesIn = (under: string): string[] =>
    [...new Set([...readdirSync(join(folder, under)), ...(under === '' ? generated.keys() : [])])]
      .filter(name => name.endsWith('.md') && !/^(KC\d+|README)\.md$/.test(name))
      .sort()
      .map(name => join(under, name))
      .map(name => `- [${titleOf(generated.get(name) ?? read(name))}](${name})`);
  return [
    '# Documents',
    '',
    ...pagesIn(''),
    '',
    '## Guides',
    '',
    ...pagesIn('guides'),
    '',
    '## Pipelines',
    '',
    ...pagesIn('ci'),
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
  ].join('\n');
};

const pages = new Map([
  ...codePages(),
  ['troubleshooting.md', troubleshooting()],
  ['commands.md', commands()],
  ['rights.md', rights()],
  ['causes.md', meanings()],
  ['refusals.md', refusals()],
  ['cures.md', cured()],
  ['releases.md', releasesPage()],
  ['images/check.svg', image()],
]);
pages.set('README.md', index(pages));
const left = readdirSync(folder).filter(name => /^KC\d+\.md$/.test(name) && !pages.has(name));
if (process.argv.includes('--check')) {
  const stale = [...left, ...[...pages].filter(([name, text]) => read(name) !== text).map(([name]) => name)];
  if (stale.length > 0) throw new Error(`docs/ is not what the program says: ${stale.join(', ')}; run node scripts/docs.ts`);
} else {
  for (const name of left) rmSync(join(folder, name));
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}
