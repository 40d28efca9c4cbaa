import type { CommandModule } from 'yargs';
import { checks } from '../checks/index.ts';
import { usage } from '../errors.ts';
import type { IO } from '../io.ts';

interface Args {
  readonly CODE?: string | undefined;
  readonly output: 'text' | 'markdown';
}

/** `explain` and the docs say the same because both are made from the table of checks. */
export const explain = (io: IO): Omit<CommandModule<object, Args>, 'command' | 'describe'> => ({
  builder: yargs =>
    yargs
      .positional('CODE', { type: 'string', describe: 'a finding code, as KC201' })
      .option('output', { alias: 'o', choices: ['text', 'markdown'] as const, default: 'text' as const, describe: 'output format' })
      .example('$0 explain KC201', 'one code'),
  handler({ CODE, output }) {
    if (CODE === undefined) {
      const rows = checks.map(({ code, severity, title }) =>
        output === 'markdown' ? `| ${code} | ${severity} | ${title} |` : `${code}  ${severity.padEnd(7)}  ${title}`,
      );
      return io.out(
        `${[...(output === 'markdown' ? ['| Code | Severity | What it asserts |', '|---|---|---|'] : []), ...rows].join('\n')}\n`,
      );
    }
    const check = checks.find(({ code }) => code === CODE.toUpperCase());
    if (check === undefined) throw usage(`there is no finding code ${CODE}`, 'run kubectl k8ssandra explain to see them all');
    const { code, title, severity, why, cure, fix } = check;
    const command = fix(['<context>']).join(' ');
    return io.out(
      output === 'markdown'
        ? `# ${code}: ${title}\n\nSeverity: ${severity}\n\n${why}\n\n## Cure\n\n${cure}\n\n    ${command}\n`
        : `${code}  ${title}\n\nseverity  ${severity}\nwhy       ${why}\ncure      ${cure}\nfix       ${command}\n`,
    );
  },
});
