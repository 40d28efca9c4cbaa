import { nameOf, type Write } from './journal.ts';

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
  readonly did: 'created' | 'updated' | 'deleted' | 'restored' | 'revoked' | 'unchanged' | 'gone' | 'left';
  /** as `ClientConfig namespace/name` */
  readonly object: string;
  /** the kubeconfig context of the cluster that it is in */
  readonly context: string;
  /** why it was left, or what of it changed */
  readonly why?: string;
}
export const changeLine = ({ did, object, context, why }: Change): string => {
  const reason = did === 'updated' ? ` (${why})` : `: ${why}`;
  const where = `${object} in ${context}${why === undefined ? '' : reason}`;
  if (did === 'revoked') return `revoked the token: deleted ${where}`;
  return did === 'gone' ? `${where} is gone already` : `${did} ${where}`;
};

const wills = { create: 'create', update: 'update', unchanged: 'keep' } as const;
const deeds = { create: 'created', update: 'updated', unchanged: 'unchanged' } as const;
/** A write before it is done, and after it. */
export const plannedBy = (write: Write): Planned => ({
  will: wills[write.action],
  object: nameOf(write),
  context: write.connection.context,
  note: write.note,
});
export const changeOf = (write: Write): Change => ({
  did: deeds[write.action],
  object: nameOf(write),
  context: write.connection.context,
  ...(write.action === 'update' ? { why: write.note } : {}),
});
