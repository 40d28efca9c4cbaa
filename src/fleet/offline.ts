import { ours, sentence } from '../base/advice.ts';
import { Malformed } from '../base/codec.ts';
import { documentVersion, domain } from '../base/domain.ts';
import { printable, usage } from '../base/errors.ts';
import { type Fields, fieldsOf } from '../base/fields.ts';
import type { IO } from '../base/io.ts';
import { readSources, type Source } from './from-manifests/files.ts';
import { inventoryOf } from './from-manifests/inventory.ts';
import type { Inventory } from './inventory.ts';
import { fromSnapshot } from './snapshot.ts';

export interface OfflineScope {
  readonly namespace?: string | undefined;
  readonly names?: readonly string[] | undefined;
  /** as asked for; absent: 30, or what the snapshot was taken with */
  readonly warnBeforeDays?: number | undefined;
}

/** What `-f` names as an inventory: a snapshot alone, or manifests. */
export const readOffline = async (io: IO, paths: readonly string[], scope: OfflineScope): Promise<Inventory> => {
  const input = await readSources(io, paths);
  const snapshots = input.sources.filter(isSnapshot);
  const [snapshot] = snapshots;
  if (snapshot === undefined)
    return io.compute(() =>
      inventoryOf(input, { ...scope, warnBeforeDays: scope.warnBeforeDays ?? 30, title: paths.join(', ') }, io.now()),
    );
  if (input.sources.length > 1)
    throw usage(`${snapshot.file} is a snapshot, which is checked alone`, `pass nothing else: -f ${snapshot.file}`);
  const inventory = await io.compute(() => inventoryIn(snapshot));
  const { names, warnBeforeDays = inventory.warnBeforeDays } = scope;
  return Object.freeze({
    ...inventory,
    warnBeforeDays,
    contexts: inventory.contexts.filter(({ name }) => names === undefined || names.includes(name)),
  });
};

const isSnapshot = ({ text }: Source): boolean =>
  text.trimStart().startsWith('{') && /"kind"\s*:\s*"Snapshot"/.test(text.slice(0, 1000)) && text.includes(`${domain}/`);

const inventoryIn = ({ file, text }: Source): Inventory => {
  let document: Fields;
  try {
    document = fieldsOf(JSON.parse(text));
  } catch {
    // JSON.parse quotes what it stumbled over.
    throw usage(
      `the snapshot ${file} is cut off or damaged: it is not JSON`,
      sentence`take it again with ${ours('contexts check', [], '--snapshot', file)}`,
    );
  }
  const { apiVersion } = document;
  if (apiVersion !== documentVersion)
    throw usage(
      `the snapshot ${file} is of ${typeof apiVersion === 'string' ? `version ${printable(apiVersion)}` : 'no version'}, and this program reads ${documentVersion}`,
      'check it with the version of kubectl-k8ssandra that took it, or a newer one',
    );
  try {
    return fromSnapshot(document);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw usage(
      `the snapshot ${file} was taken by another version: ${error.message}`,
      'check it with the version of kubectl-k8ssandra that took it',
    );
  }
};
