import type { Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { placementBlocks } from '../placement.ts';
import type { Style } from '../style.ts';
import { findingBlock, notRun, unknowns } from './findings.ts';
import { fleet, type TableOptions } from './fleet.ts';
import { footer } from './footer.ts';
import { header } from './header.ts';

/** The report as a person reads it: the fleet, what is wrong with the cure, and what a restart of the operator would do. */
export const table = (report: Report, style: Style, options: TableOptions = {}): string =>
  [
    header(report.controlPlane, style),
    fleet(report, style, options),
    ...placementBlocks(report, style),
    ...shownFindings(report).map(finding => findingBlock(finding, report.target, style)),
    unknowns(report.unknown, style),
    style.verbose === true ? notRun(report, style) : [],
    footer(report, style),
  ]
    .filter(block => block.length > 0)
    .map(block => block.map(line => `${line.trimEnd()}\n`).join(''))
    .join('\n');
