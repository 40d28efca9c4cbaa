import { byHand, merged, type Remedy } from '../base/advice.ts';
import type { Place } from '../base/place.ts';
import type { Check, Found } from './check.ts';
import { effectIn, harmOf } from './harm.ts';
import type { Run } from './inventory-run.ts';
import type { Detail, Finding, ObjectRef } from './report.ts';
import { covers } from './suppress.ts';

/** One finding per cause, whatever hosts and objects it names: what each member says of its own is kept as a detail. */
export const group = (check: Check, found: readonly Found[], run: Run): Finding[] => {
  const { inventory } = run;
  const groups = Map.groupBy(found, one => {
    // What somebody suppresses for one context is not counted among the others.
    const about = { code: check.code, contexts: one.context === undefined ? [] : [one.context] };
    const suppression = inventory.suppressions?.find(any => covers(any, about));
    return JSON.stringify([one.cause ?? one.message, one.effect, one.severity, one.blocksStart, one.atOnce, one.accepted, suppression]);
  });
  return [...groups.values()].flatMap(members => {
    const [first] = members;
    if (first === undefined) return [];
    const details = members.map(one => {
      const detail = detailOf(one, run);
      return { ...detail, remedies: remediesOf(check, one, detail.place, run) };
    });
    const [{ object, place } = {}] = details;
    const contexts = [...new Set(members.flatMap(({ context }) => (context === undefined ? [] : [context])))].sort();
    const alike = members.every(({ message }) => message === first.message);
    const harm = harmOf(check, first, inventory);
    return [
      {
        code: check.code,
        severity: first.accepted === true ? 'info' : (first.severity ?? check.severity),
        contexts,
        ...(object === undefined ? {} : { object }),
        message: alike ? first.message : (first.cause ?? first.message),
        effect: effectIn(first.effect ?? check.why, harm, inventory),
        remedies: merged(details.flatMap(({ remedies }) => remedies)),
        blocksStart: first.blocksStart ?? false,
        harm,
        ...(first.accepted === true ? { accepted: first.accepted } : {}),
        ...(place === undefined ? {} : { place }),
        ...(first.also === undefined || members.length > 1 ? {} : { also: first.also }),
        ...(members.length > 1 ? { details } : {}),
        suppressed: first.accepted === true,
        fingerprint: [check.code, object === undefined ? '' : nameOf(object), object?.field ?? '', ...contexts].join('|'),
      },
    ];
  });
};
const nameOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace ?? ''}/${name}`;
/** What a check says of a context is about its ClientConfig, else about the first that names it, unless the check says otherwise. */
const detailOf = (
  { context, message, object: findingObject, place: findingPlace, also }: Found,
  { contexts, inventory: { places } }: Run,
): Omit<Detail, 'remedies'> => {
  const { providers = [], references = [] } = (context === undefined ? undefined : contexts().get(context)) ?? {};
  const winner = providers.at(-1)?.metadata;
  const [user] = references;
  const object: ObjectRef | undefined =
    findingObject ??
    (winner !== undefined
      ? { kind: 'ClientConfig', namespace: winner.namespace, name: winner.name }
      : user && { kind: user.kind, namespace: user.namespace, name: user.name, field: user.field });
  const place =
    findingPlace ??
    (object === undefined ? undefined : (places.get(`${nameOf(object)}:${object.field ?? ''}`) ?? places.get(nameOf(object))));
  return {
    ...(context === undefined ? {} : { context }),
    message,
    ...(object === undefined ? {} : { object }),
    ...(place === undefined ? {} : { place }),
    ...(also === undefined ? {} : { also }),
  };
};

/** What to do about one finding: in a cluster by commands, in manifests where they are written. */
const remediesOf = (
  check: Check,
  found: Found,
  place: Place | undefined,
  { contexts, inventory, ways, nameOf: called, start }: Run,
): readonly Remedy[] => {
  if (inventory.source === 'manifests') {
    const text = found.inFile ?? check.inFile ?? check.cure;
    return [byHand(place === undefined ? text : `in ${place.file}:${place.line}: ${text}`)];
  }
  const context = found.context === undefined ? undefined : contexts().get(found.context);
  return (found.remedies ?? check.remedies)({ found, context, inventory, ways, nameOf: called, start });
};
