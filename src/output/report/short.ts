import { printable } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import { width } from '../../base/width.ts';
import type { Finding, Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { cut } from '../layout.ts';
import { mark, paintAs, type Style } from '../style.ts';
import { counts, unfinished } from './footer.ts';
import { unreadLines } from './unread.ts';
import { harmWords, verdictOfStart } from './verdict.ts';

/** A line for the verdict, one for each finding, the most harm first, and one for the counts; none is wider than the terminal. */
export const short = (report: Report, style: Style): string => {
  const { status, claim, stops, culprits } = verdictOfStart(report);
  const findings = shownFindings(report);
  const abouts = findings.map(({ code, contexts }) => `${code} ${printable(shortList(contexts, 2))}`.trimEnd());
  const maxWidth = abouts.reduce((most, about) => Math.max(most, width(about)), 0);
  const room = style.columns ?? Number.POSITIVE_INFINITY;
  const about = style.columns === undefined ? maxWidth : Math.min(maxWidth, Math.floor(room / 2.5));
  const tags = findings.reduce((most, { harm }) => Math.max(most, width(harmWords[harm] ?? '')), 0);
  const because = stops !== '' ? ` (${stops})` : culprits === '' ? '' : ` (${culprits})`;
  return [
    paintAs(status, cut(`${claim}${because}`, room, style), style),
    ...findings.map((finding, at) => line(finding, abouts[at] ?? '', { about, tags, room }, style)),
    ...unreadLines(report).map(({ text }) => `${mark('unknown', style)} ${cut(printable(text), room - 2, style)}`),
    ...(report.interrupted === undefined ? [] : unfinished(report, { ...style, columns: undefined })),
    cut(counts(report, style), room, style),
  ]
    .map(one => `${one.trimEnd()}\n`)
    .join('');
};

interface Widths {
  readonly about: number;
  readonly tags: number;
  readonly room: number;
}
const line = ({ severity, message, harm }: Finding, name: string, { about, tags, room }: Widths, style: Style): string => {
  const start = `${mark(severity, style)} ${padded(cut(name, about, style), about)}  `;
  const left = room === Number.POSITIVE_INFINITY ? room : room - width(start) - (tags === 0 ? 0 : tags + 2);
  const tag = harmWords[harm];
  const text = cut(printable(message), left, style);
  if (tag === undefined) return `${start}${text}`;
  return `${start}${left === Number.POSITIVE_INFINITY ? text : padded(text, left)}  ${paintAs('error', tag, style)}`;
};
const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)));
