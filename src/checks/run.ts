import { byHand, fix, kubectl, look, merged, ours, type Remedy } from '../base/advice.ts';
import type { Read, Unreadable } from '../base/read.ts';
import type { Inventory } from '../fleet/inventory.ts';
import { placementUnknowns } from '../fleet/placement.ts';
import { annotation } from '../kube/annotations.ts';
import type { Check, Facts, Found, Need } from './check.ts';
import type { Detail, Finding, ObjectRef, Unknown } from './report.ts';
import { covers } from './suppress.ts';

/** Judges an inventory. Findings of one cause are grouped over contexts; what could not be read is unknown, never passed. */
export const runChecks = (
  checks: readonly Check[],
  inventory: Inventory,
): { readonly findings: readonly Finding[]; readonly unknown: readonly Unknown[] } => {
  const judged = checks.map(check => judge(check, inventory));
  const found = judged.flatMap(({ findings }) => findings);
  const about = checks.flatMap(check => (check.scope === 'report' ? group(check, [...check.run(found, inventory)], inventory) : []));
  return {
    findings: [...found, ...about].map(finding => suppressed(finding, inventory)).sort(byWeight),
    unknown: [
      ...judged.flatMap(({ unknown }) => unknown),
      ...unrunSteps(inventory),
      ...placementUnknowns(inventory.placements ?? [], inventory.controlPlane).filter(({ code }) => checks.some(one => one.code === code)),
      ...(inventory.unread ?? []).map(reason => ({ code: 'manifests', contexts: [], reason })),
      ...(inventory.source === 'manifests' ? notInManifests(inventory) : []),
    ],
  };
};

const suppressed = (finding: Finding, { suppressions = [] }: Inventory): Finding =>
  suppressions.some(one => covers(one, finding)) ? { ...finding, suppressed: true } : finding;

const judge = (check: Check, inventory: Inventory): { findings: Finding[]; unknown: Unknown[] } => {
  if (check.scope === 'context') {
    return {
      findings: group(
        check,
        inventory.contexts.flatMap(context => [...check.run(context, inventory)].map(found => ({ context: context.name, ...found }))),
        inventory,
      ),
      unknown: inventory.contexts.flatMap(context => {
        const reason = check.unjudged?.(context, inventory);
        return reason === undefined ? [] : [{ code: check.code, contexts: [context.name], reason }];
      }),
    };
  }
  if (check.scope === 'report') {
    const reason = check.undecided?.(inventory);
    return { findings: [], unknown: reason === undefined ? [] : [{ code: check.code, contexts: [], reason }] };
  }
  const unread = check.needs.flatMap(need => {
    const read: Read<unknown> = inventory.controlPlane[need];
    return read.ok ? [] : [{ need, ...read }];
  });
  if (unread.length > 0) return { findings: [], unknown: unread.map(read => unreadNeed(check.code, read, inventory)) };
  const facts = Object.fromEntries(
    check.needs.map(need => {
      const read: Read<unknown> = inventory.controlPlane[need];
      return [need, read.ok ? read.value : undefined];
    }),
  ) as unknown as Facts<Need>;
  return { findings: group(check, [...check.run(facts, inventory)], inventory), unknown: [] };
};

const unreadNeed = (
  code: string,
  { need, reason, detail }: { readonly need: Need; readonly reason: Unreadable; readonly detail: string },
  { source }: Inventory,
): Unknown =>
  source === 'manifests' && reason === 'skipped'
    ? { code, contexts: [], reason: detail, expected: true }
    : { code, contexts: [], reason: `${need}: ${reason}: ${detail}` };

/** One finding per cause, whatever hosts and objects it names: what each member says of its own is kept as a detail. */
const group = (check: Check, found: readonly Found[], inventory: Inventory): Finding[] => {
  const groups = Map.groupBy(found, one => {
    // What somebody suppresses for one context is not counted among the others.
    const about = { code: check.code, contexts: one.context === undefined ? [] : [one.context] };
    const suppression = inventory.suppressions?.find(any => covers(any, about));
    return JSON.stringify([one.cause ?? one.message, one.effect, one.severity, one.blocksStart, suppression]);
  });
  return [...groups.values()].flatMap(members => {
    const [first] = members;
    if (first === undefined) return [];
    const remedies = (some: readonly string[]): readonly Remedy[] =>
      merged([remedyOf(recorded((first.fix ?? check.fix)(some), some[0], inventory))]);
    const details = members.map(one => ({
      ...detailOf(one, inventory),
      remedies: one.remedies ?? remedies(one.context === undefined ? [] : [one.context]),
    }));
    const [{ object, place } = {}] = details;
    const contexts = [...new Set(members.flatMap(({ context }) => (context === undefined ? [] : [context])))].sort();
    const alike = members.every(({ message }) => message === first.message);
    return [
      {
        code: check.code,
        severity: first.severity ?? check.severity,
        contexts,
        ...(object === undefined ? {} : { object }),
        message: alike ? first.message : (first.cause ?? first.message),
        effect: first.effect ?? check.why,
        remedies: members.some(one => one.remedies !== undefined) ? merged(details.flatMap(one => one.remedies)) : remedies(contexts),
        blocksStart: first.blocksStart ?? false,
        ...(place === undefined ? {} : { place }),
        ...(members.length > 1 ? { details } : {}),
        suppressed: false,
        fingerprint: [check.code, object === undefined ? '' : nameOf(object), object?.field ?? '', ...contexts].join('|'),
      },
    ];
  });
};
const nameOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace ?? ''}/${name}`;
/** What a check says of a context is about its ClientConfig, else about the first that names it, unless the check says otherwise. */
const detailOf = (
  { context, message, object: named, place: written }: Found,
  { contexts, places }: Inventory,
): Omit<Detail, 'remedies'> => {
  const { providers = [], references = [] } = contexts.find(({ name }) => name === context) ?? {};
  const winner = providers.at(-1)?.metadata;
  const [user] = references;
  const object: ObjectRef | undefined =
    named ??
    (winner !== undefined
      ? { kind: 'ClientConfig', namespace: winner.namespace ?? '', name: winner.name }
      : user && { kind: user.kind, namespace: user.namespace, name: user.name, field: user.field });
  const place =
    written ?? (object === undefined ? undefined : (places.get(`${nameOf(object)}:${object.field ?? ''}`) ?? places.get(nameOf(object))));
  return {
    ...(context === undefined ? {} : { context }),
    message,
    ...(object === undefined ? {} : { object }),
    ...(place === undefined ? {} : { place }),
  };
};

/** A cure that a check gives as words: one word alone is prose, and of the commands some only show. */
const remedyOf = (words: readonly string[]): Remedy => {
  const [program, first = '', second = '', third = '', ...rest] = words;
  if (words.length === 1 || program !== 'kubectl') return byHand(words.join(' '));
  if (first === 'k8ssandra') {
    const command = ours(
      `${second} ${third}`,
      rest.filter((word, at) => !word.startsWith('-') && !rest[at - 1]?.startsWith('-')),
      ...rest.filter((word, at) => word.startsWith('-') || rest[at - 1]?.startsWith('-')),
    );
    return /^(operator status|clientconfig list|contexts check)$/.test(command.program === 'k8ssandra' ? command.verb : '')
      ? look(command)
      : fix(command);
  }
  const [context, ...others] = first === '--context' ? [second, third, ...rest] : [undefined, ...words.slice(1)];
  return (others[0] === 'create' ? fix : look)(kubectl(context, ...others));
};

/** The placeholder of a fix, filled with the kubeconfig context that the ClientConfig was created from, where that is recorded. */
const recorded = (fix: readonly string[], name: string | undefined, { contexts }: Inventory): readonly string[] => {
  const context = contexts.find(one => one.name === name);
  const source = context?.secret.ok === true ? context.secret.value?.annotations[annotation.sourceContext] : undefined;
  return source === undefined ? fix : fix.map(word => (word === '<context>' ? source : word));
};

const weight = { error: 0, warning: 1, info: 2 } as const;
const byWeight = (a: Finding, b: Finding): number =>
  weight[a.severity] - weight[b.severity] ||
  Number(b.blocksStart) - Number(a.blocksStart) ||
  a.code.localeCompare(b.code) ||
  a.fingerprint.localeCompare(b.fingerprint);

/** Steps that did not run for a reason of their own, or that failed and have no code: those behind an earlier failure are explained by it. */
const uncoded = new Set(['version', 'access', 'crds']);
const unrunSteps = ({ contexts }: Inventory): Unknown[] =>
  contexts.flatMap(({ name, probe, loaded, secret }) => [
    ...(secret.ok || secret.reason === 'skipped'
      ? []
      : [{ code: 'KC201', contexts: [name], reason: `secret: ${secret.reason}: ${secret.detail}` }]),
    ...Object.entries({ ...probe, loaded }).flatMap(([step, outcome]) =>
      outcome.status === 'notRun' && outcome.reason !== 'earlier-failure' && outcome.reason !== 'skipped'
        ? [{ code: step, contexts: [name], reason: `${step}: ${outcome.reason}: ${outcome.detail}` }]
        : outcome.status === 'fail' && uncoded.has(step)
          ? [{ code: step, contexts: [name], reason: `${step}: ${outcome.cause}: ${outcome.detail}` }]
          : [],
    ),
  ]);

/** What manifests cannot tell of a context. It makes no run incomplete, since nobody has asked for it, and no context ok. */
const notInManifests = ({ contexts }: Inventory): Unknown[] =>
  contexts.flatMap(({ name, secret, probe: { reach }, loaded }) =>
    [
      ...(secret.ok ? [] : [{ code: 'KC201', reason: secret.detail }]),
      ...(secret.ok && secret.value?.encrypted === true ? [{ code: 'KC202', reason: 'its Secret is encrypted' }] : []),
      ...(reach.status === 'notRun' && reach.reason === 'skipped' ? [{ code: 'reach', reason: reach.detail }] : []),
      ...(loaded.status === 'notRun' && loaded.reason === 'skipped' ? [{ code: 'loaded', reason: loaded.detail }] : []),
    ].map(({ code, reason }): Unknown => ({ code, contexts: [name], reason, expected: true })),
  );
