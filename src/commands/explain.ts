import { commandLine, ours, sentence, type Target } from '../base/advice.ts';
import { usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import { jsonText } from '../base/json.ts';
import { nearest } from '../base/nearest.ts';
import { withoutEnd } from '../base/text.ts';
import { commandLines, wrap } from '../base/wrap.ts';
import type { Check } from '../checks/check.ts';
import { checks } from '../checks/index.ts';
import { explainLine, type LogLine, logLines } from '../operator/log-lines.ts';
import type { ExplainArgs } from './usage.ts';

/** What the first digit of a code stands for. */
export const families: Readonly<Record<string, string>> = {
  KC1: 'references: who names a context, and who provides it',
  KC2: 'what is stored: ClientConfigs, their Secrets and kubeconfigs',
  KC3: 'the network and TLS',
  KC4: 'identity and credentials',
  KC5: 'rights, CRDs, versions and placement',
  KC6: 'the operator of the control plane',
  KC7: 'how long tokens and certificates last',
  KC8: 'how the check itself is called',
};

/** `explain` and the pages of docs/ say the same because both are made from the table of checks. */
export const explain = async (
  io: IO,
  { CODE: codes, output, ...target }: Pick<ExplainArgs, 'CODE' | 'output'> & Pick<Target, 'kubeconfig' | 'context' | 'namespace'>,
): Promise<void> => {
  if (codes?.some(isText)) return io.out(explained(lineOf(codes.join(' ')), output, io.columns, target));
  const named = codes !== undefined;
  const selection = new Set(named ? codes.flatMap(names => names.split(',')).flatMap(codesOf) : checks);
  const selectedChecks = checks.filter(check => selection.has(check));
  const { columns } = io;
  if (output === 'json')
    return io.out(
      `${jsonText(
        selectedChecks.map(check => facts(check, target)),
        2,
      )}\n`,
    );
  if (!named) return io.out(output === 'markdown' ? markdownTable(selectedChecks) : textTable(selectedChecks, columns));
  return io.out(selectedChecks.map(check => (output === 'markdown' ? markdownPage(check) : textPage(check, columns, target))).join('\n'));
};
/** A code or a family has six letters at most; anything longer is words of a log. */
const isText = (word: string): boolean => word.split(',').some(one => one.length > 6 || /\s/.test(one));
const lineOf = (text: string): LogLine => {
  const row = explainLine(text);
  if (row !== undefined) return row;
  throw usage(
    'no finding code matches that line',
    sentence`pass the part with the error alone, in quotes; ${ours('explain')} lists all codes`,
  );
};
/** One cause is shown whole; of several only the titles, since the line does not tell which it was. */
const explained = ({ codes, meaning }: LogLine, output: ExplainArgs['output'], columns: number | undefined, target: Target): string => {
  const selectedChecks = codes.flatMap(code => checks.filter(check => check.code === code));
  if (output === 'json')
    return `${jsonText(
      selectedChecks.map(check => facts(check, target)),
      2,
    )}\n`;
  if (output === 'markdown') return `${meaning}.\n${selectedChecks.length === 0 ? '' : `\n${markdownTable(selectedChecks)}`}`;
  const [only] = selectedChecks;
  const heading = `${wrap(`${meaning}.`, '', '', columns).join('\n')}\n`;
  if (only === undefined) return heading;
  if (selectedChecks.length === 1) return `${heading}\n${textPage(only, columns, target)}`;
  const hint = wrap(`${commandLine(ours('contexts check'), target)} shows which of these it is.`, '', '', columns).join('\n');
  return `${heading}\n${textTable(selectedChecks, columns)}\n${hint}\n`;
};
/** The checks of a code or a family, as KC301, KC3 or KC3xx. */
const codesOf = (wanted: string): readonly Check[] => {
  const code = wanted.toUpperCase();
  const prefix = /^KC\d{0,3}X{0,2}$/.test(code) ? withoutEnd(code, 'X') : undefined;
  const matches = checks.filter(check => prefix !== undefined && check.code.startsWith(prefix));
  if (matches.length > 0) return matches;
  const close = neighbour(code);
  throw usage(
    `there is no finding code ${wanted}${close === undefined ? '' : `; did you mean ${close}?`}`,
    sentence`run ${ours('explain')} to see them all`,
  );
};
/** Of a number that is none the next in its family may be meant, and of anything else what looks like it. */
const neighbour = (code: string): string | undefined => {
  const all = checks.map(check => check.code);
  if (!/^KC\d+$/.test(code)) return nearest(code, all);
  const away = (other: string): number => Math.abs(Number(code.slice(2)) - Number(other.slice(2)));
  return all.filter(other => other.startsWith(code.slice(0, 3))).sort((a, b) => away(a) - away(b))[0];
};
/** The look that prints what cures it, with the names of that control plane filled in. */
const lookFor = (code: string) => ours('contexts check', [], '--only', code);
/** The lines of the operator's log that a code explains, as far as the line tells. */
const logsOf = (wanted: string): readonly string[] =>
  logLines.flatMap(({ codes, texts }) => (codes.includes(wanted) ? texts.slice(0, 1) : [])).map(text => text.trim());
/** A check as it explains itself. */
const facts = ({ code, title, severity, why, cure, background: { read, causes, prevent, related } }: Check, target: Target) => ({
  code,
  severity,
  title,
  why,
  cure,
  read,
  causes,
  logs: logsOf(code),
  prevent,
  related,
  look: commandLine(lookFor(code), target),
});

const textTable = (chosen: readonly Check[], columns: number | undefined): string =>
  `${chosen.flatMap(({ code, severity, title }) => wrap(title, `${code}  ${severity.padEnd(7)}  `, ' '.repeat(16), columns)).join('\n')}\n`;
const textPage = (check: Check, columns: number | undefined, target: Target): string => {
  const { code, title, severity, why, read, causes, logs, cure, prevent, related } = facts(check, target);
  const line = (name: string, text: string): string[] => wrap(text, name.padEnd(10), ' '.repeat(10), columns);
  const list = (name: string, texts: readonly string[]): string[] => texts.flatMap((text, at) => line(at === 0 ? name : '', text));
  return `${[
    ...wrap(title, `${code}  `, ' '.repeat(7), columns),
    '',
    ...line('severity', severity),
    ...line('why', why),
    ...line('read', read),
    ...list('causes', causes),
    ...list('logs', logs),
    ...line('cure', cure),
    ...line('prevent', prevent),
    ...line('related', related.join(', ')),
    ...commandLines(lookFor(code), target, 'look      ', ' '.repeat(10), columns),
  ].join('\n')}\n`;
};
const markdownTable = (chosen: readonly Check[]): string =>
  `${['| Code | Severity | What it asserts |', '|---|---|---|', ...chosen.map(({ code, severity, title }) => `| ${code} | ${severity} | ${title} |`)].join('\n')}\n`;
const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
export const markdownPage = (check: Check): string => {
  const { code, title, severity, why, read, causes, logs, cure, prevent, related, look } = facts(check, {});
  return [
    `# ${code}: ${title}`,
    `Severity: ${severity}. Family: ${families[code.slice(0, 3)] ?? ''}.`,
    '## Why it matters',
    asSentence(why),
    '## What was read',
    asSentence(read),
    '## Usual causes',
    causes.map(cause => `- ${asSentence(cause)}`).join('\n'),
    ...(logs.length === 0 ? [] : ['## What the operator logs', logs.map(text => `    ${text}`).join('\n')]),
    '## Cure',
    `${asSentence(cure)} With the names of your clusters filled in it is printed by`,
    `    ${look}`,
    '## How to prevent it',
    asSentence(prevent),
    '## Related',
    related.map(other => `[${other}](${other}.md) ${checks.find(one => one.code === other)?.title ?? ''}`).join('  \n'),
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n');
};
