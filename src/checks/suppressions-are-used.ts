import { reportCheck } from './check.ts';
import { said } from './remedies.ts';
import { covers } from './suppress.ts';

export const suppressionsAreUsed = reportCheck({
  code: 'KC801',
  title: 'every suppression suppresses something',
  background: {
    read: 'the suppressions of this run, beside its findings',
    causes: ['the finding is gone', 'a typing error in the code or in the name of the context'],
    prevent: 'keep suppressions in a file beside the manifests, each with its reason',
    related: ['KC102', 'KC703'],
  },
  severity: 'warning',
  why: 'a suppression that outlives its reason hides the next finding of that code',
  cure: 'delete it from the command line or from the file',
  remedies: said('delete this suppression from the command line or from the file'),
  inFile: 'delete this suppression',
  needs: ['suppressions'],
  *run({ suppressions }, { findings, open }) {
    for (const one of suppressions) {
      // What could not be judged may well be what it is for.
      if (
        !one.decidable ||
        open.some(left => left.code === one.code && (left.context === undefined || (one.context ?? left.context) === left.context)) ||
        findings.some(finding => covers(one, finding))
      )
        continue;
      yield {
        message: `the suppression ${one.code}${one.context === undefined ? '' : `=${one.context}`} suppresses nothing`,
        ...(one.place === undefined ? {} : { place: one.place }),
      };
    }
  },
});
