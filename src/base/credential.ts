import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

const rawValues = new WeakMap<Credential, string>();

/** A secret text that shows itself as `sha256:ab12cd34ef56` wherever it is printed, serialised or inspected. */
export interface Credential {
  readonly fingerprint: string;
  toString(): string;
  toJSON(): string;
}

export const credential = (value: string): Credential => {
  const secret = credentialOf(`sha256:${createHash('sha256').update(value).digest('hex').slice(0, 12)}`);
  rawValues.set(secret, value);
  return secret;
};
/** A credential of which only the fingerprint is known. */
export const credentialOf = (fingerprint: string): Credential => {
  const text = (): string => fingerprint;
  return Object.freeze({ fingerprint, toString: text, toJSON: text, [inspect.custom]: text });
};

/** The raw value. Called in two places only: where a request header is made and where a kubeconfig is written. */
export const reveal = (sealed: Credential): string => rawValues.get(sealed) ?? '';
