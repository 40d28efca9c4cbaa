import { stringify } from 'yaml';
import type { Report } from '../model/report.ts';
import { toDocument } from './document.ts';
import type { formats } from './formats.ts';
import { github } from './github.ts';
import { html } from './html.ts';
import { jsonl } from './jsonl.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { prometheus } from './prometheus.ts';
import { sarif } from './sarif.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** A report in, a text out. */
export type Printer = (report: Report, style: Style) => string;

export const printers = {
  table: (report, style) => table(report, style),
  wide: (report, style) => table(report, style, { wide: true }),
  json: report => JSON.stringify(toDocument(report), null, 2),
  yaml: report => stringify(toDocument(report), { lineWidth: 0, aliasDuplicateObjects: false }),
  jsonl,
  junit,
  sarif,
  prometheus,
  github,
  markdown,
  html,
} satisfies Record<(typeof formats)[number], Printer>;
