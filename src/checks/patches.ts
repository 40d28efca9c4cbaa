import { fix, kubectl, type Remedy } from '../base/advice.ts';
import { kinds } from '../kube/kinds.ts';
import type { ObjectRef } from './report.ts';

interface Field extends ObjectRef {
  readonly field: string;
}
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
type Operation = Readonly<Record<string, string>>;
/** One change of an object that kubectl makes, as long as nobody else has changed what it goes by. */
const patch = ({ kind, namespace, name }: ObjectRef, operations: readonly Operation[]): Remedy =>
  fix(kubectl(undefined, '-n', namespace ?? '', 'patch', resourceOf(kind), name, '--type=json', '-p', JSON.stringify(operations)));
/** Gives a field another value as long as it has the one that was judged; an empty text is no field at all. */
export const setField = (object: Field, before: string, after: string): Remedy => {
  const path = pointer(object.field);
  return patch(object, [
    ...(before === '' ? [] : [{ op: 'test', path, value: before }]),
    after === '' ? { op: 'remove', path } : { op: before === '' ? 'add' : 'replace', path, value: after },
  ]);
};
/** Takes an entry out of a list as long as it is still the one that was judged. */
export const removeEntry = (object: Field, key: string, value: string): Remedy => {
  const path = pointer(object.field);
  return patch(object, [
    { op: 'test', path: `${path}/${key}`, value },
    { op: 'remove', path },
  ]);
};
