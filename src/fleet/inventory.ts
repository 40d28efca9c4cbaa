import type { Credential } from '../base/credential.ts';
import type { Place } from '../base/place.ts';
import type { Read, Step } from '../base/read.ts';
import type { TlsFacts } from '../kube/api/tls.ts';
import type { ClientConfig, K8ssandraCluster, K8ssandraTask, ReplicatedSecret } from '../kube/kinds.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import type { Operator, OperatorPod } from '../operator/environment.ts';
import type { Reference } from '../operator/references.ts';
import type { Right } from '../operator/rights.ts';
import type { NamedEverywhere } from './named-objects.ts';
import type { OwnSecret } from './own-secrets.ts';
import type { PlacementFacts } from './placement.ts';

/** A Secret that a ClientConfig names, reduced to what may be shown. */
export interface StoredSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly keys: readonly string[];
  /** `k8ssandra.io/secret-hash` as the operator would compute it now */
  readonly hash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** the raw `kubeconfig` value; absent when the key is */
  readonly kubeconfig?: Credential;
  /** set when the manifest is encrypted (SealedSecret, SOPS), so its content is unknown and not broken */
  readonly encrypted?: boolean;
  readonly place?: Place;
}

/** Who an API server takes a credential for. */
export interface Identity {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** A right that the operator needs and an account lacks. */
export interface MissingRight extends Right {
  /** `undefined`: asked for cluster-wide */
  readonly namespace?: string;
}
/** What the rules of an account give it of the rights that the operator needs. */
export interface Access {
  readonly asked: number;
  readonly missing: readonly MissingRight[];
  /** rules the API said it could not list completely */
  readonly incomplete: boolean;
  /** some rule allows everything on everything */
  readonly admin?: boolean;
}

/** What probing one stored kubeconfig from this machine showed. Steps after a failed one are `notRun`. */
export interface Probe {
  readonly reach: Step<{ readonly ms: number }>;
  readonly tls: Step<TlsFacts>;
  readonly version: Step<string>;
  readonly identity: Step<Identity>;
  readonly access: Step<Access>;
  /** CRDs that are not served, as `plural.group` */
  readonly crds: Step<{ readonly asked: number; readonly missing: readonly string[] }>;
}

/** The operator's own experience with one API server, from its request counters. */
export interface OperatorView {
  /** answers by HTTP code; `<error>` when nothing answered */
  readonly counts: Readonly<Record<string, number>>;
  /** when the oldest of its containers started, and with it the counters */
  readonly since?: string;
  /** what a second reading added within so many milliseconds; absent when there was none */
  readonly recent?: { readonly counts: Readonly<Record<string, number>>; readonly ms: number };
}

/** Extra facts of a data plane that only a user's own admin context can read. */
export interface DataPlane {
  /** kube-system uid: the same in two contexts means one cluster */
  readonly clusterUid: Read<string | undefined>;
  readonly serviceAccountUid: Read<string | undefined>;
  readonly operators: Read<readonly Operator[]>;
  /** labels of the Secret that the stored token lives in, with the marks of Kubernetes' own clean-up of unused tokens */
  readonly tokenLabels?: Read<Readonly<Record<string, string>>>;
  /** PEM of kube-root-ca.crt: the CA that the cluster publishes now */
  readonly publishedCa?: Read<string | undefined>;
  /** Secrets of this program beside the service account of the stored token, whichever control plane they are for */
  readonly ownSecrets?: Read<readonly OwnSecret[]>;
}

/** A control plane as it was read: its own facts, and what is stored in it. */
export interface ControlPlane {
  readonly context: string;
  readonly server: string;
  readonly version: Read<string>;
  readonly clusterUid: Read<string | undefined>;
  /** every operator Deployment of this cluster */
  readonly operators: Read<readonly Operator[]>;
  /** the operator that reads the ClientConfigs; absent when there is none or more than one to choose from */
  readonly operator?: Operator;
  readonly pods: Read<readonly OperatorPod[]>;
  readonly clientConfigCrd: Read<boolean>;
  /** whether there is a usable ConfigMap, without which an operator since 1.27 exits; true for an older one */
  readonly imageConfig: Read<boolean>;
  /** what it dies of when that ConfigMap is there and of no use */
  readonly imageConfigFault?: string;
  /** CRDs that the operator watches in its own cluster and that are not served there, as `plural.group` */
  readonly ownCrds?: Read<readonly string[]>;
  readonly clientConfigs: Read<readonly ClientConfig[]>;
  /** Secrets that this program has made in the watched namespaces, whether a ClientConfig names them or not */
  readonly ownSecrets?: Read<readonly OwnSecret[]>;
  /** by `namespace/name`; `undefined` value: the Secret does not exist */
  readonly secrets: ReadonlyMap<string, Read<StoredSecret | undefined>>;
  /** by the `namespace/name` of the ClientConfig: its kubeconfig, judged; absent when its Secret is unread, absent or encrypted */
  readonly stored: ReadonlyMap<string, Stored>;
  readonly clusters: Read<readonly K8ssandraCluster[]>;
  readonly replicatedSecrets: Read<readonly ReplicatedSecret[]>;
  readonly tasks: Read<readonly K8ssandraTask[]>;
  /** by `host` or `host:port` in its one spelling (hostKey), from the operator's rest_client_requests_total */
  readonly operatorView: Read<ReadonlyMap<string, OperatorView>>;
  /** by context name: whether the RUNNING operator knows it, from the admission webhook */
  readonly webhook: ReadonlyMap<string, Read<boolean>>;
}

/** One context name: who provides it, who uses it, and what probing it showed. */
export interface ContextState {
  readonly name: string;
  /** in the order in which the operator reads them: the last one wins */
  readonly providers: readonly ClientConfig[];
  readonly references: readonly Reference[];
  /** the winner's Secret */
  readonly secret: Read<StoredSecret | undefined>;
  readonly stored?: Stored;
  readonly probe: Probe;
  /** by the `namespace/name` of a ClientConfig that loses the name: the operator watches its cluster all the same */
  readonly losers?: ReadonlyMap<string, Probe>;
  readonly loaded: Step<'current' | 'stale' | 'never'>;
  readonly dataPlane: DataPlane;
}

/** A context of the user's own kubeconfig: where it leads, and nothing of its credential. */
export interface UserContext {
  readonly name: string;
  readonly server: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
}

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

/** Everything one run has read, frozen. Checks get nothing else. */
export interface Inventory {
  /** milliseconds since the epoch */
  readonly now: number;
  readonly source: 'cluster' | 'manifests' | 'snapshot';
  /** days before an expiry that it is worth a warning */
  readonly warnBeforeDays: number;
  readonly controlPlane: ControlPlane;
  /** sorted by name */
  readonly contexts: readonly ContextState[];
  /** the user's own contexts that bear on them; absent where no kubeconfig was read */
  readonly userContexts?: readonly UserContext[];
  /** the K8ssandraClusters of `--for`, each with what its datacenters need */
  readonly placements?: readonly PlacementFacts[];
  /** what the K8ssandraClusters that are there name; absent where nobody looked, as with `--for` */
  readonly named?: NamedEverywhere;
  /** by `Kind/namespace/name` or `Kind/namespace/name:field`, for findings that point into files */
  readonly places: ReadonlyMap<string, Place>;
  readonly suppressions?: readonly Suppression[];
  /** of manifests only: an API server drops such fields or refuses them */
  readonly fields?: readonly FieldFault[];
  /** what was meant to be read and could not be, one reason for each, when it is no single kind or context */
  readonly unread?: readonly string[];
}
