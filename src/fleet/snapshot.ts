import { type Cause, causes, type Unreadable, unreads } from '../base/cause.ts';
import {
  type Codec,
  certificates,
  flag,
  is,
  list,
  map,
  maybe,
  number,
  object,
  omitted,
  oneOf,
  optional,
  record,
  said,
  text,
  union,
} from '../base/codec.ts';
import { documentVersion } from '../base/domain.ts';
import type { Read, Step } from '../base/read.ts';
import type { TlsFacts } from '../kube/api/tls.ts';
import { kinds, labels } from '../kube/kinds.ts';
import type { Operator, OperatorPod } from '../operator/environment.ts';
import type { Reference } from '../operator/references.ts';
import type {
  Access,
  ContextState,
  ControlPlane,
  DataPlane,
  Identity,
  Inventory,
  MissingRight,
  OperatorView,
  Probe,
  UserContext,
} from './inventory.ts';
import type { OwnSecret } from './own-secrets.ts';
import { place, stored, storedSecret } from './snapshot-stored.ts';

const cause: Codec<Cause> = oneOf(causes);
const read = <T>(value: Codec<T>): Codec<Read<T>> =>
  union<Read<T>, 'ok'>('ok', {
    true: object({ ok: is(true), value, unfit: optional(list(text)) }),
    false: object({ ok: is(false), reason: oneOf<Unreadable>(unreads), detail: said }),
  });
const step = <T>(value: Codec<T>): Codec<Step<T>> =>
  union<Step<T>, 'status'>('status', {
    pass: object({ status: is('pass'), value, ms: optional(number) }),
    fail: object({ status: is('fail'), cause, detail: said }),
    notRun: object({
      status: is('notRun'),
      reason: oneOf<Unreadable | 'earlier-failure'>({ ...unreads, 'earlier-failure': true }),
      detail: said,
    }),
  });

const watches: Codec<Operator['watches']> = {
  write: value => value,
  read: (value, path) => (value === 'all' ? value : list(text).read(value, path)),
};
const operator: Codec<Operator> = object({
  namespace: text,
  name: text,
  serviceAccount: text,
  image: optional(text),
  version: optional(text),
  controlPlane: flag,
  watches,
  ready: optional(flag),
  stopped: optional(flag),
  metricsPort: number,
  reads: optional(list(text)),
  mounts: optional(list(text)),
});
const pod: Codec<OperatorPod> = object({
  name: text,
  ready: flag,
  restarts: number,
  startedAt: optional(text),
  waiting: optional(text),
  lastExitCode: optional(number),
  lastExitAt: optional(text),
  lastLogLine: optional(said),
});
const operatorView: Codec<OperatorView> = object({
  counts: record(number),
  since: optional(text),
  recent: optional(object<NonNullable<OperatorView['recent']>>({ counts: record(number), ms: number })),
});

const tls: Codec<TlsFacts> = object({ subject: text, sans: list(text), notAfter: number });
const identity: Codec<Identity> = object({ username: text, uid: optional(text), groups: list(text) });
const missingRight: Codec<MissingRight> = object({
  tier: oneOf<MissingRight['tier']>({ start: true, lazy: true, write: true }),
  group: text,
  resource: text,
  verb: text,
  namespace: optional(text),
});
const access: Codec<Access> = object({ asked: number, missing: list(missingRight), incomplete: flag, admin: optional(flag) });
const probe: Codec<Probe> = object({
  reach: step(object<{ readonly ms: number }>({ ms: number })),
  tls: step(tls),
  version: step(text),
  identity: step(identity),
  access: step(access),
  crds: step(object<{ readonly asked: number; readonly missing: readonly string[] }>({ asked: number, missing: list(text) })),
});
const ownSecret: Codec<OwnSecret> = object({
  namespace: text,
  name: text,
  holds: oneOf<OwnSecret['holds']>({ token: true, kubeconfig: true, 'something-else': true }),
  controlPlane: optional(text),
  clientConfig: optional(text),
  deleting: flag,
});
const dataPlane: Codec<DataPlane> = object({
  clusterUid: read(maybe(text)),
  serviceAccountUid: read(maybe(text)),
  operators: read(list(operator)),
  tokenLabels: optional(read(labels)),
  publishedCa: optional(read(maybe(certificates))),
  ownSecrets: optional(read(list(ownSecret))),
});
const controlPlane: Codec<ControlPlane> = object({
  context: text,
  server: text,
  version: read(text),
  clusterUid: read(maybe(text)),
  operators: read(list(operator)),
  operator: optional(operator),
  pods: read(list(pod)),
  clientConfigCrd: read(flag),
  imageConfig: read(flag),
  imageConfigFault: optional(text),
  ownCrds: optional(read(list(text))),
  clientConfigs: read(list(kinds.clientConfig.codec)),
  ownSecrets: optional(read(list(ownSecret))),
  secrets: map(read(maybe(storedSecret))),
  stored: map(stored),
  clusters: read(list(kinds.k8ssandraCluster.codec)),
  replicatedSecrets: read(list(kinds.replicatedSecret.codec)),
  tasks: read(list(kinds.k8ssandraTask.codec)),
  operatorView: read(map(operatorView)),
  webhook: map(read(flag)),
});
const reference: Codec<Reference> = object({
  context: text,
  kind: oneOf<Reference['kind']>({ K8ssandraCluster: true, ReplicatedSecret: true, K8ssandraTask: true }),
  namespace: text,
  name: text,
  field: text,
  origin: oneOf<Reference['origin']>({ spec: true, status: true, derived: true }),
  datacenter: optional(text),
});
const context: Codec<ContextState> = object({
  name: text,
  providers: list(kinds.clientConfig.codec),
  references: list(reference),
  secret: read(maybe(storedSecret)),
  stored: optional(stored),
  probe,
  losers: optional(map(probe)),
  loaded: step(oneOf<'current' | 'stale' | 'never'>({ current: true, stale: true, never: true })),
  dataPlane,
});

const userContext: Codec<UserContext> = object({ name: text, server: text, tlsServerName: optional(text), proxyUrl: optional(text) });

/** An inventory as a document that may be attached to a ticket: it has the listed fields, and of a credential its fingerprint. */
const inventoryCodec: Codec<Inventory> = object({
  now: number,
  source: oneOf<Inventory['source']>({ cluster: true, manifests: true, snapshot: true }),
  warnBeforeDays: number,
  controlPlane,
  contexts: list(context),
  userContexts: optional(list(userContext)),
  named: optional(map(map(read(maybe(list(text)))))),
  places: map(place),
  unread: optional(list(said)),
  // A placement is asked for on its own, and a suppression is the reader's own.
  placements: omitted(),
  suppressions: omitted(),
  fields: omitted(),
});

/** The versioned document of `--snapshot`: fields are added, never removed. */
export const toSnapshot = (inventory: Inventory): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'Snapshot',
  takenAt: new Date(inventory.now).toISOString(),
  inventory: inventoryCodec.write({ ...inventory, source: 'snapshot' }),
});
/** The inventory in such a document. Throws Malformed. */
export const fromSnapshot = ({ inventory }: Readonly<Record<string, unknown>>): Inventory => inventoryCodec.read(inventory, 'inventory');
