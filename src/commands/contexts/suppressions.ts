import { ours, sentence } from '../../base/advice.ts';
import { usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { checks } from '../../checks/index.ts';
import type { Suppression } from '../../fleet/inventory.ts';

/** `--suppress CODE[=CONTEXT]` and the lines of `--suppress-file`; `#` starts a comment. Exit 2 for a code that nobody raises. */
export const suppressionsOf = (
  io: IO,
  given: readonly string[],
  file: string | undefined,
  judged: (code: string, context: string | undefined) => boolean,
): readonly Suppression[] => [
  ...given.map(text => suppression(text, '--suppress', judged)),
  ...(file === undefined ? [] : linesOf(io, file)).map(({ text, line }) => ({
    ...suppression(text, `${file}:${line}`, judged),
    place: { file: file ?? '', line },
  })),
];

const linesOf = (io: IO, file: string): readonly { text: string; line: number }[] => {
  let content: string;
  try {
    content = io.readFile(file);
  } catch (error) {
    throw usage(
      `cannot read --suppress-file ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`,
      'pass a file with one CODE or CODE=CONTEXT a line',
    );
  }
  return content
    .split('\n')
    .map((text, index) => ({ text: text.replace(/(^|\s)#.*$/, '').trim(), line: index + 1 }))
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
