import { byHand, fix, kubectl, type Remedy } from '../base/advice.ts';
import type { Place } from '../base/place.ts';
import type { Inventory } from '../fleet/inventory.ts';
import { kinds } from '../kube/kinds.ts';
import type { ObjectRef } from './report.ts';

interface Field extends ObjectRef {
  readonly field: string;
}
/** Where a field of an object stands in the manifests, or the object itself. */
const placeOf = ({ kind, namespace, name, field }: Field, { places }: Pick<Inventory, 'places'>): Place | undefined =>
  places.get(`${kind}/${namespace ?? ''}/${name}:${field}`) ?? places.get(`${kind}/${namespace ?? ''}/${name}`);
/** `spec.cassandra.datacenters[0].k8sContext` as a JSON pointer. */
const pointer = (field: string): string =>
  `/${field
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map(part => part.replaceAll('~', '~0').replaceAll('/', '~1'))
    .join('/')}`;
const resourceOf = (kind: string): string => {
  const row = Object.values(kinds).find(one => one.kind === kind);
  return row === undefined ? kind : `${row.plural}${row.group === '' ? '' : `.${row.group}`}`;
};
/** One change of an object that kubectl makes, as long as nobody else has changed what it goes by. */
const patch = ({ kind, namespace, name }: ObjectRef, operations: readonly Readonly<Record<string, string>>[]): Remedy =>
  fix(kubectl(undefined, '-n', namespace ?? '', 'patch', resourceOf(kind), name, '--type=json', '-p', JSON.stringify(operations)));

/** Gives a field another value as long as it has the one that was judged: in the cluster by a patch, in manifests where it is written. */
export const setField = (object: Field, before: string, after: string, inventory: Pick<Inventory, 'places' | 'source'>): Remedy => {
  const path = pointer(object.field);
  if (inventory.source !== 'manifests')
    return patch(object, [
      { op: 'test', path, value: before },
      { op: 'replace', path, value: after },
    ]);
  const place = placeOf(object, inventory);
  const where = place === undefined ? `${object.kind} ${object.name}` : `${place.file}:${place.line}`;
  return byHand(`in ${where} change ${object.field.replace(/^.*\./, '')} from ${before} to ${after}`);
};
