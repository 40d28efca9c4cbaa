import { printable } from '../../base/errors.ts';
import { plural, shortList } from '../../base/text.ts';
import type { Finding, Harm, Report } from '../../checks/report.ts';
import { type Status, shownFindings } from '../../checks/status.ts';

/** What stands beside a finding that does more harm than its severity says. */
export const harmWords: Readonly<Partial<Record<Harm, string>>> = {
  losesData: 'LOSES DATA',
  stopsStart: 'STOPS START',
  stopsLate: 'STOPS AFTER 2 MIN',
};

interface Verdict {
  readonly status: Status;
  /** what becomes of the operator, without a full stop */
  readonly claim: string;
  /** what stops it, as many findings as there are */
  readonly stops: string;
  /** each of them, or the one that decides */
  readonly culprits: string;
  /** the words of the operator, where there is one culprit */
  readonly why: string | undefined;
}
const claims = {
  starts: 'after a restart the operator would start',
  'does-not-start': 'after a restart the operator would NOT start',
  'starts-then-stops': 'after a restart the operator would start, then stop after two minutes',
  unknown: 'whether the operator would start after a restart is not known',
} as const;

/** What becomes of the operator at its next restart, and every finding that stops it. */
export const verdictOfStart = (report: Report): Verdict => {
  const { start, controlPlane } = report;
  const { verdict, code, context, culprit, message } = start;
  const fine = verdict === 'starts' || verdict === 'unknown';
  const blockers = fine ? [] : shownFindings(report).filter(({ blocksStart }) => blocksStart);
  const who = controlPlane.context === '' ? '' : `${controlPlane.context}: `;
  const culpritText = [code, context ?? culprit].filter(part => part !== undefined).join(' ');
  return {
    status: verdict === 'starts' ? 'ok' : verdict === 'unknown' ? 'unknown' : 'error',
    claim: printable(`${who}${claims[verdict]}`),
    stops: blockers.length > 1 ? `${plural(blockers.length, 'finding')} stop it` : '',
    culprits: printable(fine ? '' : blockers.length > 0 ? blockers.map(blocker).join(', ') : culpritText),
    why: verdict === 'starts' || blockers.length > 1 || message === '' ? undefined : printable(message),
  };
};
/** The claim with all that stands behind it, as one text without a full stop. */
export const verdictText = ({ claim, stops, culprits }: Pick<Verdict, 'claim' | 'stops' | 'culprits'>): string => {
  const what = stops === '' ? culprits : `${stops} (${culprits})`;
  return what === '' ? claim : `${claim}: ${what}`;
};
const blocker = ({ code, contexts }: Finding): string => [code, shortList(contexts, 8).replaceAll(', ', ' ')].join(' ').trim();
