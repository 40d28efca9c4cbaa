import { causes } from '../../base/cause.ts';
import { is, list, object, optional, text } from '../../base/codec.ts';
import { notRun, pass, type Step } from '../../base/read.ts';
import { decoded, isUnserved, type Outcome, refusalOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';
import type { Probe } from '../inventory.ts';

/** The kinds whose absence stops the operator; domain.md 2.1. */
const wanted = [
  ['cassandradatacenters', 'cassandra.datastax.com', 'v1beta1'],
  ['cassandratasks', 'control.k8ssandra.io', 'v1alpha1'],
  ['reapers', 'reaper.k8ssandra.io', 'v1alpha1'],
  ['stargates', 'stargate.k8ssandra.io', 'v1alpha1'],
] as const;
interface ResourceList {
  readonly kind: 'APIResourceList';
  readonly resources?: readonly { readonly name: string }[];
}
const resourceList = object<ResourceList>({
  kind: is('APIResourceList'),
  resources: optional(list(object<{ readonly name: string }>({ name: text }))),
});

/** Whether each of them is served, in the order of the table. */
export type Served = readonly Outcome<boolean>[];
/**
 * Each kind is looked for where its group is served in its version: every Kubernetes answers there, and with a few hundred bytes.
 * The list of all groups has no resources before 1.30, and is a hundred times as long.
 */
export const askServed = (connection: Connection): Promise<Served> =>
  Promise.all(
    wanted.map(async ([plural, group, version]): Promise<Outcome<boolean>> => {
      const answer = await send(connection, { path: `/apis/${group}/${version}` });
      if (!answer.ok) return answer;
      if (isUnserved(answer.value)) return { ok: true, value: false };
      if (answer.value.status !== 200) return refusalOf(answer.value);
      const served = decoded(answer.value, resourceList, `what is served of ${group}`);
      return served.ok ? { ok: true, value: (served.value.resources ?? []).some(({ name }) => name === plural) } : served;
    }),
  );
export const crdsStep = (served: Served): Probe['crds'] => {
  const unread = served.find(one => !one.ok);
  if (unread?.ok === false) return notRun(causes[unread.cause].unread, unread.detail);
  const missing = wanted.filter((_, index) => served[index]?.ok === true && served[index].value === false);
  return pass({ asked: wanted.length, missing: missing.map(([plural, group]) => `${plural}.${group}`) }) satisfies Step<unknown>;
};
