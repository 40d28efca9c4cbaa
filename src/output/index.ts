import { jsonText } from '../base/json.ts';
import type { Report } from '../checks/report.ts';
import { writeYaml } from '../kube/yaml/write.ts';
import { toDocument } from './formats/document.ts';
import { github } from './formats/github.ts';
import { html } from './formats/html.ts';
import { jsonl } from './formats/jsonl.ts';
import { junit } from './formats/junit.ts';
import { markdown } from './formats/markdown.ts';
import { prometheus } from './formats/prometheus.ts';
import { sarif } from './formats/sarif.ts';
import type { formats } from './formats.ts';
import { short } from './report/short.ts';
import { table } from './report/table.ts';
import type { Style } from './style.ts';

/** A report in, a text out. */
export type Printer = (report: Report, style: Style) => string;

export const printers = {
  table: (report, style) => table(report, style),
  wide: (report, style) => table(report, style, { wide: true }),
  short: (report, style) => short(report, style),
  json: report => jsonText(toDocument(report), 2),
  yaml: report => writeYaml(toDocument(report)),
  jsonl,
  junit,
  sarif,
  prometheus,
  github,
  markdown,
  html,
} satisfies Record<(typeof formats)[number], Printer>;
