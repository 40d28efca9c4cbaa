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
  const where = `${object} in ${context}${why === undefined ? '' : `: ${why}`}`;
  if (did === 'revoked') return `revoked the token: deleted ${where}`;
  return did === 'gone' ? `${where} is gone already` : `${did} ${where}`;
};
