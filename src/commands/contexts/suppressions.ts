import { ours, sentence } from '../../base/advice.ts';
import { usage } from '../../base/errors.ts';
import { readInput } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { checks } from '../../checks/index.ts';
import type { Suppression } from '../../fleet/inventory.ts';

/** `--suppress CODE[=CONTEXT]` and the lines of `--suppress-file`; `#` starts a comment. Exit 2 for a code that nobody raises. */
export const suppressionsOf = async (
  io: IO,
  given: readonly string[],
  file: string | undefined,
  judged: (code: string, context: string | undefined) => boolean,
): Promise<readonly Suppression[]> => [
  ...given.map(text => suppression(text, '--suppress', judged)),
  ...(file === undefined ? [] : await linesOf(io, file)).map(({ text, line }) => ({
    ...suppression(text, `${file}:${line}`, judged),
    place: { file: file ?? '', line },
  })),
];

const linesOf = async (io: IO, file: string): Promise<readonly { text: string; line: number }[]> => {
  const content = await readInput(io, file, '--suppress-file ', 'pass a file of lines as KC102 or KC102=west');
  return content
    .split('\n')
    .map((text, index) => ({ text: text.slice(0, /(?:^|\s)#/.exec(text)?.index).trim(), line: index + 1 }))
    .filter(({ text }) => text !== '');
};
const suppression = (text: string, where: string, judged: (code: string, context: string | undefined) => boolean): Suppression => {
  const [code = '', ...rest] = text.split('=');
  const context = rest.length === 0 ? undefined : rest.join('=');
  if (!checks.some(check => check.code === code))
    throw usage(
      `${where} names ${code}, which is no finding code`,
      sentence`write it as in KC102=west; ${ours('explain')} lists all codes`,
    );
  return { code, ...(context === undefined ? {} : { context }), decidable: judged(code, context) };
};
