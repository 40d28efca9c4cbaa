import type { Report } from '../../checks/report.ts';
import { placementBlocks } from '../placement.ts';
import type { Style } from '../style.ts';
import { findingBlocks } from './findings.ts';
import { fleet, type TableOptions } from './fleet.ts';
import { footer } from './footer.ts';
import { header } from './header.ts';
import { notRunLines, unknowns } from './unread.ts';

/** The report as a person reads it: the fleet, what is wrong with the cure, and at the end what it comes to and what to do first. */
export const table = (report: Report, style: Style, options: TableOptions = {}): string => {
  const { lines, hidden } = fleet(report, style, options);
  return [
    header(report.controlPlane, style),
    lines,
    ...placementBlocks(report, style),
    ...findingBlocks(report, style),
    unknowns(report, style),
    style.verbose === true ? notRunLines(report, style) : [],
    footer(report, style, hidden),
  ]
    .filter(block => block.length > 0)
    .map(block => block.map(line => `${line.trimEnd()}\n`).join(''))
    .join('\n');
};
