import type { Credential } from '../../base/credential.ts';
import type { Probe } from '../../fleet/inventory.ts';
import type { Connection, Endpoint } from '../../kube/api/connection.ts';
import type { TlsFacts } from '../../kube/api/tls.ts';
import type { Operator } from '../../operator/environment.ts';
import type { Decided } from '../meanwhile.ts';
import type { Owner } from '../owner.ts';
import type { Override } from '../refusals.ts';
import type { Account } from '../token.ts';
import type { Unknown } from '../unknown.ts';

export interface CreateOptions {
  readonly name?: string | undefined;
  readonly sourceNamespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
  readonly destNamespace: string;
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly caPem?: string | undefined;
  readonly proxyUrl?: string | undefined;
  /** seconds that the token shall live; a token without an end otherwise */
  readonly ttl?: number | undefined;
  readonly allow: readonly Override[];
}
/** A data plane and all that is known of it before anything is written. */
export interface Candidate {
  readonly source: Connection;
  readonly contextName: string;
  readonly objectName: string;
  /** of the Secret with the kubeconfig */
  readonly secretName: string;
  /** what stays as it is stored though the user's own context has it otherwise, for the plan that is printed */
  readonly keeps: readonly string[];
  /** of what it will be */
  readonly owner: Owner;
  /** what was there when all this was decided */
  readonly decided: Decided;
  /** `namespace/name` of the token Secret that the stored Secret named when it was read, if there was one */
  readonly noted: string | undefined;
  readonly operator: Operator | undefined;
  readonly serviceAccount: Account & { readonly uid: string };
  readonly clusterUid: string | undefined;
  readonly endpoint: Endpoint;
  readonly tls: TlsFacts;
  readonly tokenSecret: { readonly name: string; readonly token?: Credential };
  /** seconds that its token shall live, which then lies in no Secret */
  readonly ttl: number | undefined;
  readonly proof: Probe | undefined;
  readonly allowed: readonly Override[];
  /** whether another control plane has registered it, where that could not be read */
  readonly unknown?: Unknown;
}
