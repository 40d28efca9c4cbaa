import type { Written } from '../kube/api/connection.ts';

/** What a command is about to do to one object. */
export interface Planned {
  readonly will: 'create' | 'update' | 'delete' | 'keep';
  /** as `ClientConfig namespace/name` */
  readonly object: string;
  /** the kubeconfig context of the cluster that it is in */
  readonly context: string;
  /** what it holds, as `field: before -> after` what changes, or why it stays; never a secret */
  readonly note?: string;
}
const signs = { create: '+', update: '~', delete: '-', keep: '=' } as const;
export const plannedLine = ({ will, object, context, note }: Planned): string =>
  `${signs[will]} ${object} in ${context}${note === undefined || note === '' ? '' : `  (${note})`}`;

/** What a command has done to one object, or found that it need not or may not do. */
export interface Change {
  readonly did: 'created' | 'updated' | 'deleted' | 'restored' | 'revoked' | 'unknown' | 'unchanged' | 'gone' | 'left';
  /** as `ClientConfig namespace/name` */
  readonly object: string;
  /** the kubeconfig context of the cluster that it is in */
  readonly context: string;
  /** why it was left, or what of it changed */
  readonly why?: string;
  /** of a Secret: it holds the token of a service account */
  readonly token?: true;
}
export const changeLine = ({ did, object, context, why, token }: Change): string => {
  const reason = did === 'updated' ? ` (${why})` : `: ${why}`;
  const where = `${token === true ? 'the token ' : ''}${object} in ${context}${why === undefined ? '' : reason}`;
  if (did === 'revoked') return `revoked the token: deleted ${where}`;
  return did === 'gone' ? `${where} is gone already` : `${did} ${where}`;
};
/** Its answer was lost, or says nothing of it: whether it was carried out is not known. */
const isWrite = ({ did }: Change): boolean => did !== 'unchanged' && did !== 'gone' && did !== 'left';
const placeOf = (done: readonly Change[], { object, context }: Written | Change): number =>
  done.findLastIndex(one => one.object === object && one.context === context && isWrite(one));
/** A write, as the API server has answered it: one entry an object, and one more where it was made or deleted in between. */
export const noteWritten = (done: Change[], write: Written): void => {
  const at = placeOf(done, write);
  const before = done[at]?.did;
  const { did } = write;
  // What has come of it by now says all that is to be known, but whether what is deleted was made here.
  if (before === 'unknown' && (did !== 'deleted' || placeOf(done.slice(0, at), write) >= 0)) {
    done.splice(at, 1);
    return noteWritten(done, write);
  }
  const ended = before === 'deleted' || before === 'revoked';
  const changed = before === 'updated' || before === 'restored';
  // What is written to an object that was deleted lets go of it.
  if (ended && (did === 'updated' || did === 'deleted')) return;
  if (did === 'updated' && (before === 'created' || (changed && write.why === undefined))) return;
  if (changed && did !== 'unknown') done.splice(at, 1);
  done.push(write);
};
/** What a command says of one object stands in the place of what the API server has said of it. */
export const noteDone = (done: Change[], change: Change): void => {
  const at = isWrite(change) ? placeOf(done, change) : -1;
  if (at < 0) done.push(change);
  else done[at] = change;
};
