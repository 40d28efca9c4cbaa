import { commandLine, ours } from '../../base/advice.ts';
import type { Report } from '../../checks/report.ts';
import { byReason } from '../facts.ts';

/** That something which was asked for is not known, how much, and how it can be read; what is known stands. */
export const incomplete = ({ unknown, target }: Pick<Report, 'unknown' | 'target'>): string => {
  const open = byReason(unknown).filter(({ expected }) => expected !== true);
  const some = (reason: RegExp): boolean => open.some(one => reason.test(one.reason));
  const how = [
    ...(some(/\bforbidden\b/) ? [`ask for the rights that ${commandLine(ours('contexts check', [], '--print-rbac'), target)} prints`] : []),
    ...(some(/\btimed-out\b/) ? ['give it more time with --timeout or --deadline'] : []),
  ];
  const count = open.length === 1 ? 'one thing' : `${open.length} things`;
  return `Incomplete: ${count} could not be judged (listed above); the rest stands.${how.length === 0 ? '' : ` To read it: ${how.join('; ')}.`}`;
};
