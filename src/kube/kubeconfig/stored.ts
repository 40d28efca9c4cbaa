import {
  certificates,
  fingerprint,
  flag,
  foreignText,
  is,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  shownBy,
  type TypeOf,
  text,
  union,
} from '../../base/codec.ts';
import { shownName, shownPath } from '../../base/shown.ts';
import { claims } from '../token-claims.ts';
import { shownUrl } from './url.ts';
import type { User } from './v1.ts';

const name = shownBy(shownName);

/** How a stored kubeconfig authenticates, seen the way client-go sees it. */
const auth = oneOf({
  token: true,
  'client-certificate': true,
  basic: true,
  exec: true,
  'auth-provider': true,
  'token-file': true,
  'client-certificate-file': true,
  anonymous: true,
});
export type StoredAuth = TypeOf<typeof auth>;

/** The `as` fields of a user entry; client-go transport/round_trippers.go impersonatingRoundTripper. */
const impersonation = object({
  user: name,
  uid: optional(name),
  groups: list(name),
  /** not written: it may say anything, and so may its keys */
  extra: { ...record(list(text)), write: () => ({}) },
});
export type Impersonation = TypeOf<typeof impersonation>;

/** Sent only together with a user name. */
export const impersonationOf = ({ as, asUid, asGroups, asUserExtra }: User): Impersonation | undefined =>
  as === '' ? undefined : { user: as, ...(asUid === '' ? {} : { uid: asUid }), groups: asGroups, extra: Object.fromEntries(asUserExtra) };

/** The one context of a stored kubeconfig that the operator will use, parsed and judged, never followed to files or plugins. */
const storedKubeconfig = object({
  server: shownBy(shownUrl),
  caPem: optional(certificates),
  caFile: optional(shownBy(shownPath)),
  tlsServerName: optional(name),
  proxyUrl: optional(shownBy(shownUrl)),
  insecure: flag,
  /** every way to authenticate that the user entry names; empty means anonymous */
  auth: list(auth),
  token: optional(fingerprint),
  /** milliseconds since the epoch: when the last of its CA certificates ends */
  caNotAfter: optional(number),
  clientCertificatePem: optional(certificates),
  /** milliseconds since the epoch */
  clientCertificateNotAfter: optional(number),
  clientKey: optional(fingerprint),
  claims: optional(claims),
  /** whom the credential acts as: the operator sends it along, and so does every request from here */
  impersonation: optional(impersonation),
  userMissing: flag,
});
export type StoredKubeconfig = TypeOf<typeof storedKubeconfig>;

/** What is in a Secret's `kubeconfig` key: usable, or the message with which the operator dies of it. */
export const storedCodec = union('ok', {
  true: object({ ok: is(true), value: storedKubeconfig }),
  false: object({
    ok: is(false),
    problem: oneOf({ 'key-missing': true, unparsable: true, 'context-missing': true, file: true, invalid: true }),
    message: foreignText,
  }),
});
export type Stored = TypeOf<typeof storedCodec>;
