import {
  certificates,
  flag,
  foreignText,
  list,
  map,
  maybe,
  number,
  object,
  omitted,
  oneOf,
  optional,
  record,
  shownBy,
  type TypeOf,
  text,
} from '../base/codec.ts';
import { type Place, place } from '../base/place.ts';
import { readOf, stepOf } from '../base/read-codec.ts';
import { tlsFacts } from '../kube/api/tls.ts';
import { kinds, labels } from '../kube/kinds.ts';
import { storedCodec } from '../kube/kubeconfig/stored.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { operator, operatorPod } from '../operator/environment.ts';
import { reference } from '../operator/references.ts';
import { rightFields } from '../operator/rights.ts';
import { namedEverywhere } from './named-objects.ts';
import { ownSecret } from './own-secrets.ts';
import type { PlacementFacts } from './placement.ts';
import { storedSecret } from './stored-secret.ts';

/** Who an API server takes a credential for. */
const identity = object({ username: text, uid: optional(text), groups: list(text) });
export type Identity = TypeOf<typeof identity>;

/** What the rules of an account give it of the rights that the operator needs. */
const access = object({
  asked: number,
  /** each that it lacks, where it was asked for; cluster-wide without a namespace */
  missing: list(object({ ...rightFields, namespace: optional(text) })),
  /** rules the API said it could not list completely */
  incomplete: flag,
  /** some rule allows everything on everything */
  admin: optional(flag),
});
export type Access = TypeOf<typeof access>;
export type MissingRight = Access['missing'][number];

/** What probing one stored kubeconfig from this machine showed. Steps after a failed one are `notRun`. */
const probe = object({
  reach: stepOf(object({ ms: number })),
  tls: stepOf(tlsFacts),
  version: stepOf(text),
  identity: stepOf(identity),
  access: stepOf(access),
  /** CRDs that are not served, as `plural.group` */
  crds: stepOf(object({ asked: number, missing: list(text) })),
});
export type Probe = TypeOf<typeof probe>;

/** The operator's own experience with one API server, from its request counters. */
const operatorView = object({
  /** answers by HTTP code; `<error>` when nothing answered */
  counts: record(number),
  /** when the oldest of its containers started, and with it the counters */
  since: optional(text),
  /** what a second reading added within so many milliseconds; absent when there was none */
  recent: optional(object({ counts: record(number), ms: number })),
});
export type OperatorView = TypeOf<typeof operatorView>;

/** Extra facts of a data plane that only a user's own admin context can read. */
const dataPlane = object({
  /** kube-system uid: the same in two contexts means one cluster */
  clusterUid: readOf(maybe(text)),
  serviceAccountUid: readOf(maybe(text)),
  operators: readOf(list(operator)),
  /** labels of the Secret that the stored token lives in, with the marks of Kubernetes' own clean-up of unused tokens */
  tokenLabels: optional(readOf(labels)),
  /** PEM of kube-root-ca.crt: the CA that the cluster publishes now */
  publishedCa: optional(readOf(maybe(certificates))),
  /** Secrets of this program beside the service account of the stored token, whichever control plane they are for */
  ownSecrets: optional(readOf(list(ownSecret))),
});
export type DataPlane = TypeOf<typeof dataPlane>;

/** A control plane as it was read: its own facts, and what is stored in it. */
const controlPlane = object({
  context: text,
  server: shownBy(shownUrl),
  version: readOf(text),
  clusterUid: readOf(maybe(text)),
  /** every operator Deployment of this cluster */
  operators: readOf(list(operator)),
  /** the operator that reads the ClientConfigs; absent when there is none or more than one to choose from */
  operator: optional(operator),
  pods: readOf(list(operatorPod)),
  clientConfigCrd: readOf(flag),
  /** whether there is a usable ConfigMap, without which an operator since 1.27 exits; true for an older one */
  imageConfig: readOf(flag),
  /** what it dies of when that ConfigMap is there and of no use */
  imageConfigFault: optional(text),
  /** CRDs that the operator watches in its own cluster and that are not served there, as `plural.group` */
  ownCrds: optional(readOf(list(text))),
  clientConfigs: readOf(list(kinds.clientConfig.codec)),
  /** Secrets that this program has made in the watched namespaces, whether a ClientConfig names them or not */
  ownSecrets: optional(readOf(list(ownSecret))),
  /** by `namespace/name`; `undefined` value: the Secret does not exist */
  secrets: map(readOf(maybe(storedSecret))),
  /** by the `namespace/name` of the ClientConfig: its kubeconfig, judged; absent when its Secret is unread, absent or encrypted */
  stored: map(storedCodec),
  clusters: readOf(list(kinds.k8ssandraCluster.codec)),
  replicatedSecrets: readOf(list(kinds.replicatedSecret.codec)),
  tasks: readOf(list(kinds.k8ssandraTask.codec)),
  /** by `host` or `host:port` in its one spelling (hostKey), from the operator's rest_client_requests_total */
  operatorView: readOf(map(operatorView)),
  /** by context name: whether the RUNNING operator knows it, from the admission webhook */
  webhook: map(readOf(flag)),
});
export type ControlPlane = TypeOf<typeof controlPlane>;

/** One context name: who provides it, who uses it, and what probing it showed. */
const contextState = object({
  name: text,
  /** in the order in which the operator reads them: the last one wins */
  providers: list(kinds.clientConfig.codec),
  references: list(reference),
  /** the winner's Secret */
  secret: readOf(maybe(storedSecret)),
  stored: optional(storedCodec),
  probe,
  /** by the `namespace/name` of a ClientConfig that loses the name: the operator watches its cluster all the same */
  losers: optional(map(probe)),
  loaded: stepOf(oneOf({ current: true, stale: true, never: true })),
  dataPlane,
});
export type ContextState = TypeOf<typeof contextState>;

/** A context of the user's own kubeconfig: where it leads, and nothing of its credential. */
const userContext = object({
  name: text,
  server: shownBy(shownUrl),
  tlsServerName: optional(text),
  proxyUrl: optional(shownBy(shownUrl)),
});
export type UserContext = TypeOf<typeof userContext>;

/** A finding code that somebody has decided not to count, for one context or for all. */
export interface Suppression {
  readonly code: string;
  readonly context?: string;
  /** false when this run looks at too little to tell whether it is used */
  readonly decidable: boolean;
  readonly place?: Place;
}

/** A field of a manifest that does not do what its writer meant. */
export interface FieldFault {
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string; readonly field: string };
  readonly place: Place;
  readonly problem: 'unknown' | 'repeated';
  /** the name of the field that is meant, where one is near */
  readonly meant?: string;
}

/** Everything one run has read, frozen. Checks get nothing else. It may be attached to a ticket: of a credential its fingerprint is written. */
export const inventory = object({
  /** milliseconds since the epoch */
  now: number,
  source: oneOf({ cluster: true, manifests: true, snapshot: true }),
  /** days before an expiry that it is worth a warning */
  warnBeforeDays: number,
  controlPlane,
  /** sorted by name */
  contexts: list(contextState),
  /** the user's own contexts that bear on them; absent where no kubeconfig was read */
  userContexts: optional(list(userContext)),
  /** the K8ssandraClusters of `--for`, each with what its datacenters need; asked for on its own, so not written */
  placements: omitted<readonly PlacementFacts[]>(),
  /** what the K8ssandraClusters that are there name; absent where nobody looked, as with `--for` */
  named: optional(namedEverywhere),
  /** by `Kind/namespace/name` or `Kind/namespace/name:field`, for findings that point into files */
  places: map(place),
  /** the reader's own, so not written */
  suppressions: omitted<readonly Suppression[]>(),
  /** of manifests only: an API server drops such fields or refuses them */
  fields: omitted<readonly FieldFault[]>(),
  /** what was meant to be read and could not be, one reason for each, when it is no single kind or context */
  unread: optional(list(foreignText)),
});
export type Inventory = TypeOf<typeof inventory>;
