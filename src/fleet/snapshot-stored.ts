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
  said,
  text,
  union,
} from '../base/codec.ts';
import type { Place } from '../base/place.ts';
import { shownName, shownPath } from '../base/shown.ts';
import { annotations, labels } from '../kube/kinds.ts';
import type { Impersonation, Stored, StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import type { TokenClaims } from '../kube/token-claims.ts';
import type { StoredSecret } from './inventory.ts';

/** A text of a kubeconfig, written as far as it may be shown. */
const shown = (show: (text: string) => string): Codec<string> => ({ ...text, write: value => show(value) });
const name = shown(shownName);
/** Where something stands in a file. */
export const place: Codec<Place> = object({ file: text, line: number });
const claims: Codec<TokenClaims> = object({
  subject: optional(name),
  namespace: optional(name),
  serviceAccount: optional(name),
  serviceAccountUid: optional(name),
  secretName: optional(name),
  expiresAt: optional(number),
  issuedAt: optional(number),
});
const impersonation: Codec<Impersonation> = object({
  user: name,
  uid: optional(name),
  groups: list(name),
  // What it says stays where it is, and its keys with it.
  extra: { ...record(list(text)), write: () => ({}) },
});
const kubeconfig: Codec<StoredKubeconfig> = object({
  server: shown(shownUrl),
  caPem: optional(certificates),
  caFile: optional(shown(shownPath)),
  tlsServerName: optional(name),
  proxyUrl: optional(shown(shownUrl)),
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
    message: said,
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
