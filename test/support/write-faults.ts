import type { Fault } from '../../sandbox/api/faults.ts';

/** Each way in which a write may be refused, or its answer not come. */
export const writeFaults: readonly Fault[] = [
  ...[401, 403, 404, 409, 422, 500].map(status => ({ kind: 'status', status }) as const),
  { kind: 'reset' },
  { kind: 'truncate' },
  { kind: 'hang' },
];
export const faultName = (fault: Fault): string => (fault.kind === 'status' ? String(fault.status) : fault.kind);
