import { documentVersion } from '../base/domain.ts';
import { type Inventory, inventory } from './inventory.ts';

/** The versioned document of `--snapshot`: fields are added, never removed. */
export const toSnapshot = (taken: Inventory): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'Snapshot',
  takenAt: new Date(taken.now).toISOString(),
  inventory: inventory.write({ ...taken, source: 'snapshot' }),
});
/** The inventory in such a document. Throws Malformed. */
export const fromSnapshot = (document: Readonly<Record<string, unknown>>): Inventory => inventory.read(document['inventory'], 'inventory');
