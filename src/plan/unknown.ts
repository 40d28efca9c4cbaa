import type { Remedy } from '../base/advice.ts';
import type { Unreadable } from '../base/cause.ts';

/** What a run would have to know and could not read. It is never taken for absent: the run is incomplete then. */
export interface Unknown {
  /** as `whether other tokens of k8ssandra/east are left` */
  readonly what: string;
  /** the kubeconfig context of the cluster that was asked */
  readonly context: string;
  readonly reason: Unreadable;
  readonly detail: string;
  readonly remedy: Remedy;
}
export const unknownLine = ({ what, context, detail }: Unknown): string =>
  `${what} is not known, for it could not be read in ${context}: ${detail}`;
