import { number, object, optional, shownBy, type TypeOf } from '../base/codec.ts';
import { fieldsOf, present } from '../base/fields.ts';
import { shownName } from '../base/shown.ts';

const name = shownBy(shownName);
/** What a service-account token says of itself. Read without verification: it explains an answer, it never proves one. */
export const claims = object({
  subject: optional(name),
  namespace: optional(name),
  serviceAccount: optional(name),
  serviceAccountUid: optional(name),
  /** the Secret a legacy token lives in */
  secretName: optional(name),
  /** milliseconds since the epoch; absent for a legacy token, which never expires */
  expiresAt: optional(number),
  issuedAt: optional(number),
});
export type TokenClaims = TypeOf<typeof claims>;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
/** The last moment that a Date can name: what ends later does not end. */
const lastMoment = 8.64e15;
const millis = (value: unknown): number | undefined =>
  typeof value === 'number' && !Number.isNaN(value) ? Math.max(-lastMoment, Math.min(value * 1000, lastMoment)) : undefined;

/** The claims of a JWT, legacy or bound; `undefined` for a token that is not a JWT. */
export const tokenClaims = (token: string): TokenClaims | undefined => {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims = fieldsOf(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    const boundClaims = fieldsOf(claims['kubernetes.io']);
    const legacy = (name: string): string | undefined => textOf(claims[`kubernetes.io/serviceaccount/${name}`]);
    return present({
      subject: textOf(claims['sub']),
      namespace: textOf(boundClaims['namespace']) ?? legacy('namespace'),
      serviceAccount: textOf(fieldsOf(boundClaims['serviceaccount'])['name']) ?? legacy('service-account.name'),
      serviceAccountUid: textOf(fieldsOf(boundClaims['serviceaccount'])['uid']) ?? legacy('service-account.uid'),
      secretName: textOf(fieldsOf(boundClaims['secret'])['name']) ?? legacy('secret.name'),
      expiresAt: millis(claims['exp']),
      issuedAt: millis(claims['iat']),
    });
  } catch {
    return undefined;
  }
};
