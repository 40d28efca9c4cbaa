import type { Severity } from '../checks/report.ts';
import type { Status } from '../checks/status.ts';

/** How text may look: decided once, from the terminal, by who prints it. */
export interface Style {
  readonly color: boolean;
  readonly unicode: boolean;
  /** the terminal's width; `undefined` for a pipe or a file, where nothing is wrapped or dropped */
  readonly columns: number | undefined;
  /** why something was not run, too */
  readonly verbose?: boolean;
  /** `all`: nothing is folded; `problems`: only the contexts that are not ok */
  readonly show?: 'all' | 'problems' | undefined;
  /** warnings count for the exit code, so none is folded */
  readonly openWarnings?: boolean;
}

type Mark = Status | Severity | 'notRun';
const unicode: Readonly<Record<Mark, string>> = { ok: '√', warning: '‼', error: '×', notRun: '·', unknown: '?', info: 'i', notJudged: '-' };
const ascii: Readonly<Record<Mark, string>> = { ok: 'ok', warning: '!', error: 'x', notRun: '.', unknown: '?', info: 'i', notJudged: '-' };
/** The sign alone, for comparing and for files without colour. */
export const sign = (mark: Mark, style: Style): string => (style.unicode ? unicode : ascii)[mark];

const sgr = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;
export type Color = keyof typeof sgr;
/** The text in that colour, or as it is when the style has none. */
export const paint = (color: Color, text: string, style: Style): string =>
  style.color && text !== '' ? `\u001b[${sgr[color][0]}m${text}\u001b[${sgr[color][1]}m` : text;

const colors: Readonly<Record<Mark, Color>> = {
  ok: 'green',
  warning: 'yellow',
  error: 'red',
  notRun: 'dim',
  unknown: 'cyan',
  info: 'cyan',
  notJudged: 'dim',
};
export const mark = (of: Mark, style: Style): string => paint(colors[of], sign(of, style), style);
export const paintAs = (of: Mark, text: string, style: Style): string => paint(colors[of], text, style);

/** The sign that ends a shortened text. */
export const ellipsis = (style: Style): string => (style.unicode ? '…' : '...');
