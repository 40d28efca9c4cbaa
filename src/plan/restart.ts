import { byHand, kubectl, sentence } from '../base/advice.ts';
import { unreads } from '../base/cause.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { operatorSelector } from '../operator/control-plane.ts';
import type { Operator } from '../operator/environment.ts';
import type { Write } from './journal.ts';
import type { Unknown } from './unknown.ts';

/** One thing that changes in the control plane. */
export interface Touched {
  readonly namespace: string | undefined;
  /** the spec of a ClientConfig or the data of its Secret: the operator hashes nothing else */
  readonly content: boolean;
}
/** The operator that a change makes start again, where one runs and reads that namespace; controllers/config/clientconfig_controller.go. */
export const restartedBy = ({ operator, operators }: ControlPlane, touched: readonly Touched[]): Operator | undefined => {
  // Of several none is chosen; each reads what it watches all the same.
  const all = operator !== undefined ? [operator] : operators.ok ? operators.value.filter(({ controlPlane }) => controlPlane) : [];
  return all.find(
    ({ stopped, watches }) =>
      stopped !== true && touched.some(({ namespace, content }) => content && (watches === 'all' || watches.includes(namespace ?? ''))),
  );
};
/** That nobody knows whether one does, for the operators could not be read. */
export const unknownRestart = ({ context, operator, operators }: ControlPlane, touched: readonly Touched[]): Unknown | undefined => {
  if (operator !== undefined || operators.ok || touched.every(({ content }) => !content)) return undefined;
  const { reason, detail } = operators;
  const cure = unreads[reason].cure(context);
  const command = kubectl(undefined, 'get', 'deployments', '-A', '-l', operatorSelector);
  return {
    what: `whether an operator of ${context} starts again`,
    context,
    reason,
    detail,
    remedy: byHand(sentence`${cure}; ${command} shows the operators`),
  };
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
