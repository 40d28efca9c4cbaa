import { object, oneOf, type TypeOf, text } from '../base/codec.ts';
import type { Release } from './releases.ts';

export const rightFields = { tier: oneOf({ start: true, lazy: true, write: true }), group: text, resource: text, verb: text };
const right = object(rightFields);
/** One right of the operator's watch set, read or write tier of the operator's own calls. */
export type Right = TypeOf<typeof right>;

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}
type Row = readonly [tier: Right['tier'], group: string, resource: string, verbs: string];

/**
 * What the control plane really does with a data plane's credential; from the operator's remoteClient calls. Without `watch` it
 * starts all the same, lists, and tries again.
 */
const rows: readonly Row[] = [
  ['start', 'cassandra.datastax.com', 'cassandradatacenters', 'list'],
  ['lazy', 'cassandra.datastax.com', 'cassandradatacenters', 'watch'],
  ['start', 'stargate.k8ssandra.io', 'stargates', 'list'],
  ['lazy', 'stargate.k8ssandra.io', 'stargates', 'watch'],
  ['start', 'reaper.k8ssandra.io', 'reapers', 'list'],
  ['lazy', 'reaper.k8ssandra.io', 'reapers', 'watch'],
  ['start', 'control.k8ssandra.io', 'cassandratasks', 'list'],
  ['lazy', 'control.k8ssandra.io', 'cassandratasks', 'watch'],
  ['start', '', 'configmaps', 'list'],
  ['lazy', '', 'configmaps', 'watch'],
  ['start', '', 'secrets', 'list'],
  ['lazy', '', 'secrets', 'watch'],
  ['start', 'discovery.k8s.io', 'endpointslices', 'list'],
  ['lazy', 'discovery.k8s.io', 'endpointslices', 'watch'],
  ['lazy', '', 'pods', 'get list watch'],
  ['lazy', '', 'services', 'get list watch'],
  ['lazy', '', 'endpoints', 'get list watch'],
  ['lazy', 'apps', 'deployments', 'get list watch'],
  ['lazy', 'batch', 'cronjobs', 'get list watch'],
  ['lazy', 'medusa.k8ssandra.io', 'medusabackupschedules', 'get list watch'],
  ['write', 'cassandra.datastax.com', 'cassandradatacenters', 'get create update patch delete'],
  ['write', 'stargate.k8ssandra.io', 'stargates', 'get create update delete'],
  ['write', 'reaper.k8ssandra.io', 'reapers', 'get create update delete'],
  ['write', '', 'configmaps', 'get create update patch delete'],
  ['write', '', 'secrets', 'get create update delete'],
  ['write', 'discovery.k8s.io', 'endpointslices', 'get create update delete'],
  ['write', 'control.k8ssandra.io', 'cassandratasks', 'get create delete'],
  ['write', 'medusa.k8ssandra.io', 'medusabackupschedules', 'create update delete'],
  ['write', '', 'services', 'delete'],
  ['write', '', 'endpoints', 'delete'],
  ['write', 'apps', 'deployments', 'delete'],
  ['write', 'batch', 'cronjobs', 'delete'],
];
/** Every right wanted in every watched namespace, one per verb. */
export const rightsWanted: readonly Right[] = rows.flatMap(([tier, group, resource, verbs]) =>
  verbs.split(' ').map(verb => ({ tier, group, resource, verb })),
);

/**
 * A right as this release uses it: what its own role does not grant it does not use, and what it does not list before it works does not
 * end it.
 */
export const rightIn = (right: Right, { role, remote, watchList }: Release, missing: readonly Right[]): Right | undefined => {
  const { group, resource, verb } = right;
  if (role[group === '' ? resource : `${resource}.${group}`]?.split(' ').includes(verb) !== true) return undefined;
  if (verb !== 'list' || !remote.includes(resource)) return right.tier === 'start' ? { ...right, tier: 'lazy' } : right;
  const byWatch = watchList && !missing.some(one => one.group === group && one.resource === resource && one.verb === 'watch');
  return { ...right, tier: byWatch ? 'lazy' : 'start' };
};

const covers = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
/** The wanted rights that no rule grants. A rule for named objects only grants nothing here. */
export const missingRights = (rules: readonly Rule[]): readonly Right[] =>
  rightsWanted.filter(
    ({ group, resource, verb }) =>
      !rules.some(
        rule =>
          rule.resourceNames.length === 0 && covers(rule.verbs, verb) && covers(rule.apiGroups, group) && covers(rule.resources, resource),
      ),
  );
