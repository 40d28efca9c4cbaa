import type { Credential } from '../../base/credential.ts';
import type { TokenClaims } from '../token-claims.ts';
import type { User } from './v1.ts';

/** How a stored kubeconfig authenticates, seen the way client-go sees it. */
export type StoredAuth =
  | 'token'
  | 'client-certificate'
  | 'basic'
  | 'exec'
  | 'auth-provider'
  | 'token-file'
  | 'client-certificate-file'
  | 'anonymous';

/** The `as` fields of a user entry; client-go transport/round_trippers.go impersonatingRoundTripper. */
export interface Impersonation {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Sent only together with a user name. */
export const impersonationOf = ({ as, asUid, asGroups, asUserExtra }: User): Impersonation | undefined =>
  as === '' ? undefined : { user: as, ...(asUid === '' ? {} : { uid: asUid }), groups: asGroups, extra: Object.fromEntries(asUserExtra) };

/** The one context of a stored kubeconfig that the operator will use, parsed and judged, never followed to files or plugins. */
export interface StoredKubeconfig {
  readonly server: string;
  readonly caPem?: string;
  readonly caFile?: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly insecure: boolean;
  /** every way to authenticate that the user entry names; empty means anonymous */
  readonly auth: readonly StoredAuth[];
  readonly token?: Credential;
  /** milliseconds since the epoch: when the last of its CA certificates ends */
  readonly caNotAfter?: number;
  readonly clientCertificatePem?: string;
  /** milliseconds since the epoch */
  readonly clientCertificateNotAfter?: number;
  readonly clientKey?: Credential;
  readonly claims?: TokenClaims;
  /** whom the credential acts as: the operator sends it along, and so does every request from here */
  readonly impersonation?: Impersonation;
  readonly userMissing: boolean;
}

/** What is in a Secret's `kubeconfig` key: usable, or the message with which the operator dies of it. */
export type Stored =
  | { readonly ok: true; readonly value: StoredKubeconfig }
  | {
      readonly ok: false;
      readonly problem: 'key-missing' | 'unparsable' | 'context-missing' | 'file' | 'invalid';
      readonly message: string;
    };
