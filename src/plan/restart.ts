import type { ControlPlane } from '../fleet/inventory.ts';
import type { Operator } from '../operator/environment.ts';
import type { Write } from './journal.ts';

/** One thing that changes in the control plane. */
export interface Touched {
  readonly namespace: string | undefined;
  /** the spec of a ClientConfig or the data of its Secret: the operator hashes nothing else */
  readonly content: boolean;
}
/** The operator that a change makes start again, where one runs and reads that namespace; controllers/config/clientconfig_controller.go. */
export const restartedBy = ({ operator }: ControlPlane, touched: readonly Touched[]): Operator | undefined => {
  if (operator === undefined || operator.stopped === true) return undefined;
  const { watches } = operator;
  return touched.some(({ namespace, content }) => content && (watches === 'all' || watches.includes(namespace ?? '')))
    ? operator
    : undefined;
};
/** Of a write in the control plane. */
export const touchedBy = ({ action, object, before }: Write): Touched => ({
  namespace: object.metadata.namespace,
  content: action === 'create' || (action === 'update' && contentOf(object) !== contentOf(before)),
});
const contentOf = (object: unknown): string => {
  const { spec, data } = typeof object === 'object' && object !== null ? { spec: undefined, data: undefined, ...object } : {};
  return JSON.stringify([spec, data]);
};
