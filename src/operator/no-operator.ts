import { UserError } from '../base/errors.ts';
import { shortList } from '../base/text.ts';

const cure = (known: readonly string[]): string =>
  `install it, or choose the control plane with --context${known.length === 0 ? '' : ` (your kubeconfig has: ${shortList(known, 10)})`}`;
const missing = (context: string): string => `${context} has no K8ssandra Operator`;

/** `cp has no K8ssandra Operator: install it, or ...`, where that is no failure. */
export const noOperatorText = (context: string, known: readonly string[]): string => `${missing(context)}: ${cure(known)}`;
/** A cluster in which nothing can be done without the operator. */
export class NoOperatorError extends UserError {
  readonly context: string;
  constructor(context: string, known: readonly string[] = []) {
    super(missing(context), cure(known));
    this.context = context;
  }
}
