import { annotation, isManaged } from '../kube/annotations.ts';
import type { KubeObject } from '../kube/kinds.ts';

/** Whose an object is that this program makes: of a control plane and its ClientConfig. */
export interface Owner {
  /** how this control plane marks what is its own: its own facts, never what an object of it says */
  readonly controlPlanes: readonly [string, ...string[]];
  /** `namespace/name` */
  readonly clientConfig: string;
}
/** Why an object is not one that this program has made for the ClientConfig, in words; `undefined` when it is. */
export const strange = ({ metadata }: KubeObject, { controlPlanes, clientConfig }: Owner): string | undefined => {
  const { annotations = {} } = metadata;
  const control = annotations[annotation.controlPlane];
  if (!isManaged(metadata)) return 'it was not made by this program';
  if (control === undefined || !controlPlanes.includes(control)) return 'it was not made for this control plane';
  return annotations[annotation.clientConfig] === clientConfig ? undefined : `it was not made for ClientConfig ${clientConfig}`;
};
/** That others go on using it, in words; `undefined` where nobody does. */
export const usedBy = (users: readonly string[], how: 'too' | 'again'): string | undefined =>
  users.length === 0 ? undefined : `${users.join(', ')} use${users.length === 1 ? 's' : ''} it ${how}`;
