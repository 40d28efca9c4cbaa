import { pool } from '../../base/pool.ts';
import { known, type Read } from '../../base/read.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { getObject } from '../../kube/api/objects.ts';
import { kinds } from '../../kube/kinds.ts';
import { type NamedObject, objectId } from '../named-objects.ts';

/** Its keys alone: nothing of what such an object holds goes any further. */
export const readKeys = async (
  connection: Connection,
  { kind, namespace, name }: NamedObject,
): Promise<Read<readonly string[] | undefined>> => {
  if (kind === 'MedusaConfiguration') {
    const read = await getObject(connection, kinds.medusaConfiguration, namespace, name);
    return read.ok ? known(read.value === undefined ? undefined : []) : read;
  }
  const read = await getObject(connection, kind === 'Secret' ? kinds.secret : kinds.configMap, namespace, name);
  return read.ok ? known(read.value === undefined ? undefined : Object.keys(read.value.data ?? {}).sort()) : read;
};
/** How many of these are asked for at once in one cluster. */
const atOnce = 16;
/** Several, each once, by their `objectId`. */
export const readNamed = async (
  connection: Connection,
  names: readonly NamedObject[],
): Promise<ReadonlyMap<string, Read<readonly string[] | undefined>>> => {
  const objects = [...new Map(names.map(one => [objectId(one), one]))];
  return new Map(await pool(objects, atOnce, async ([id, one]) => [id, await readKeys(connection, one)] as const));
};
