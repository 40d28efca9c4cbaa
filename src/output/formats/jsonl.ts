import { jsonText } from '../../base/json.ts';
import type { Report } from '../../checks/report.ts';
import { toLines } from './document.ts';

/** One JSON object a line, the outcome last, in the words of the document. */
export const jsonl = (report: Report): string =>
  toLines(report)
    .map(line => `${jsonText(line)}\n`)
    .join('');
