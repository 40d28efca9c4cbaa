import { reportCheck } from './check.ts';
import { covers } from './suppress.ts';

export const suppressionsAreUsed = reportCheck({
  code: 'KC801',
  title: 'every suppression suppresses something',
  severity: 'warning',
  why: 'a suppression that outlives its reason hides the next finding of that code',
  cure: 'delete it from the command line or from the file',
  fix: () => ['delete this suppression'],
  *run(findings, { suppressions = [] }) {
    for (const one of suppressions) {
      if (!one.decidable || findings.some(finding => covers(one, finding))) continue;
      yield {
        message: `the suppression ${one.code}${one.context === undefined ? '' : `=${one.context}`} suppresses nothing`,
        ...(one.place === undefined ? {} : { place: one.place }),
      };
    }
  },
});
