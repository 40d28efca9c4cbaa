import type { Suppression } from '../fleet/inventory.ts';
import type { Finding } from './report.ts';

/** Whether a suppression covers a finding: its code, and when it names a context, that context and no other. */
export const covers = ({ code, context }: Suppression, finding: Pick<Finding, 'code' | 'contexts'>): boolean =>
  code === finding.code && (context === undefined || (finding.contexts.length > 0 && finding.contexts.every(name => name === context)));
