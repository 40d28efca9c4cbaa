import { causes } from '../../base/cause.ts';
import { is, list, object, optional, text } from '../../base/codec.ts';
import { notRun, pass, type Step } from '../../base/read.ts';
import { decoded, isUnserved, type Outcome, refusalOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';
import type { Probe } from '../inventory.ts';

/** The kinds of a data plane whose absence stops the operator, as `plural.group`. */
const crdNames = [
  'cassandradatacenters.cassandra.datastax.com',
  'cassandratasks.control.k8ssandra.io',
  'reapers.reaper.k8ssandra.io',
  'stargates.stargate.k8ssandra.io',
] as const;
/** The version in which the operator watches it. */
const versionOf = (name: string): string => (name.startsWith('cassandradatacenters.') ? 'v1beta1' : 'v1alpha1');
const resourceList = object({ kind: is('APIResourceList'), resources: optional(list(object({ name: text }))) });

/** Whether each of them is served, in the order of the table. */
export type Served = readonly Outcome<boolean>[];
/**
 * Each kind is looked for where its group is served in its version: every Kubernetes answers there, and with a few hundred bytes.
 * The list of all groups has no resources before 1.30, and is a hundred times as long.
 */
export const askServed = async (connection: Connection, names: readonly string[] = crdNames): Promise<Served> => {
  const groups = new Map<string, Promise<Outcome<readonly string[]>>>();
  const servedIn = (path: string): Promise<Outcome<readonly string[]>> => {
    const request = groups.get(path) ?? readGroup(connection, path);
    groups.set(path, request);
    return request;
  };
  return Promise.all(
    names.map(async (name): Promise<Outcome<boolean>> => {
      const [plural = '', ...group] = name.split('.');
      const resources = await servedIn(`/apis/${group.join('.')}/${versionOf(name)}`);
      return resources.ok ? { ok: true, value: resources.value.includes(plural) } : resources;
    }),
  );
};
const readGroup = async (connection: Connection, path: string): Promise<Outcome<readonly string[]>> => {
  const answer = await send(connection, { path });
  if (!answer.ok) return answer;
  if (isUnserved(answer.value)) return { ok: true, value: [] };
  if (answer.value.status !== 200) return refusalOf(answer.value);
  const resources = decoded(answer.value, resourceList, `what is served at ${path}`);
  return resources.ok ? { ok: true, value: (resources.value.resources ?? []).map(({ name }) => name) } : resources;
};
/** Those that are not served, when all of it is known. */
export const missingOf = (served: Served, names: readonly string[]): Outcome<readonly string[]> => {
  const failure = served.find(one => !one.ok);
  if (failure?.ok === false) return failure;
  return { ok: true, value: names.filter((_, index) => served[index]?.ok === true && served[index].value === false) };
};
export const crdsStep = (served: Served): Probe['crds'] => {
  const missingCrds = missingOf(served, crdNames);
  if (!missingCrds.ok) return notRun(causes[missingCrds.cause].unread, missingCrds.detail);
  return pass({ asked: crdNames.length, missing: missingCrds.value }) satisfies Step<unknown>;
};
