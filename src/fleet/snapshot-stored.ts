import {
  type Codec,
  certificates,
  fingerprint,
  flag,
  is,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
  union,
} from '../base/codec.ts';
import type { Place } from '../base/place.ts';
import { annotations, labels } from '../kube/kinds.ts';
import type { Impersonation, Stored, StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import type { TokenClaims } from '../kube/token-claims.ts';
import type { StoredSecret } from './inventory.ts';

/** Where something stands in a file. */
export const place: Codec<Place> = object({ file: text, line: number });
const claims: Codec<TokenClaims> = object({
  subject: optional(text),
  namespace: optional(text),
  serviceAccount: optional(text),
  serviceAccountUid: optional(text),
  secretName: optional(text),
  expiresAt: optional(number),
  issuedAt: optional(number),
});
const impersonation: Codec<Impersonation> = object({ user: text, uid: optional(text), groups: list(text), extra: record(list(text)) });
const kubeconfig: Codec<StoredKubeconfig> = object({
  server: text,
  caPem: optional(certificates),
  caFile: optional(text),
  tlsServerName: optional(text),
  proxyUrl: optional(text),
  insecure: flag,
  auth: list(
    oneOf<StoredKubeconfig['auth'][number]>({
      token: true,
      'client-certificate': true,
      basic: true,
      exec: true,
      'auth-provider': true,
      'token-file': true,
      'client-certificate-file': true,
      anonymous: true,
    }),
  ),
  token: optional(fingerprint),
  caNotAfter: optional(number),
  clientCertificatePem: optional(certificates),
  clientCertificateNotAfter: optional(number),
  clientKey: optional(fingerprint),
  claims: optional(claims),
  impersonation: optional(impersonation),
  userMissing: flag,
});
/** A stored kubeconfig, judged. */
export const stored: Codec<Stored> = union<Stored, 'ok'>('ok', {
  true: object({ ok: is(true), value: kubeconfig }),
  false: object({
    ok: is(false),
    problem: oneOf<Extract<Stored, { ok: false }>['problem']>({
      'key-missing': true,
      unparsable: true,
      'context-missing': true,
      file: true,
      invalid: true,
    }),
    message: text,
  }),
});
/** A Secret, reduced to what may be shown. */
export const storedSecret: Codec<StoredSecret> = object({
  namespace: text,
  name: text,
  uid: optional(text),
  keys: list(text),
  hash: text,
  labels,
  annotations,
  kubeconfig: optional(fingerprint),
  encrypted: optional(flag),
  place: optional(place),
});
