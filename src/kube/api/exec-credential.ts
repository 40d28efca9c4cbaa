import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { type Credential, credential, reveal } from '../../base/credential.ts';
import type { Exec, User } from '../kubeconfig/v1.ts';
import { readDocuments } from '../yaml/documents.ts';

/** The cluster as a plugin is told of it; clientauthentication/v1 Cluster. */
export interface ExecCluster {
  readonly server: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: true;
  /** base64 */
  readonly 'certificate-authority-data'?: string;
  readonly 'proxy-url'?: string;
  readonly 'disable-compression'?: true;
  /** the cluster's extension client.authentication.k8s.io/exec */
  readonly config: unknown;
}
/** What a plugin has given for a while. */
export interface PluginCredential {
  readonly token?: Credential;
  readonly certificate?: { readonly cert: string; readonly key: Credential };
  /** milliseconds since the epoch; without it the credential lasts as long as the run */
  readonly expires?: number;
}

/** The text of KUBERNETES_EXEC_INFO; client-go plugin/pkg/client/auth/exec/exec.go refreshCredsLocked. */
export const execInfo = ({ apiVersion }: Exec, cluster: ExecCluster | undefined, interactive: boolean): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: { ...(cluster === undefined ? {} : { cluster }), interactive } });

/** Why an answer of a plugin is no credential; without a word of the answer. */
export class UnfitAnswer extends Error {}

const textIn = (from: unknown, field: string): string => {
  const value: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, field) : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new UnfitAnswer(`its ${field} is not a text`);
  return value;
};
/** What a plugin printed as a credential. Throws UnfitAnswer. */
export const credentialIn = ({ apiVersion }: Exec, printed: string): PluginCredential => {
  const [document, ...more] = readDocuments(printed);
  if (document === undefined || more.length > 0 || !('value' in document)) throw new UnfitAnswer('it did not print an ExecCredential');
  const { value } = document;
  if (typeof value !== 'object' || value === null || textIn(value, 'kind') !== 'ExecCredential')
    throw new UnfitAnswer('it did not print an ExecCredential');
  if (textIn(value, 'apiVersion') !== apiVersion)
    throw new UnfitAnswer(`it is configured for ${apiVersion}, and answered in another version`);
  const status: unknown = Reflect.get(value, 'status');
  if (typeof status !== 'object' || status === null) throw new UnfitAnswer('its answer has no status');
  return fromStatus(status);
};
const fromStatus = (status: object): PluginCredential => {
  const [token, cert, key] = [textIn(status, 'token'), textIn(status, 'clientCertificateData'), textIn(status, 'clientKeyData')];
  if (token === '' && cert === '' && key === '') throw new UnfitAnswer('its answer has neither a token nor a certificate');
  if ((cert === '') !== (key === '')) throw new UnfitAnswer('its answer has a certificate or a key, and not both');
  if (cert !== '' && !fits(cert, key)) throw new UnfitAnswer('its certificate and key do not fit each other');
  const until = textIn(status, 'expirationTimestamp');
  const expires = until === '' ? undefined : Date.parse(until);
  if (expires !== undefined && (Number.isNaN(expires) || !/^\d{4}-\d\d-\d\dT/.test(until)))
    throw new UnfitAnswer('its expirationTimestamp is no time');
  return {
    ...(token === '' ? {} : { token: credential(token) }),
    ...(cert === '' ? {} : { certificate: { cert, key: credential(key) } }),
    ...(expires === undefined ? {} : { expires }),
  };
};
const fits = (cert: string, key: string): boolean => {
  try {
    createSecureContext({ cert, key });
    return new X509Certificate(cert).raw.length > 0;
  } catch {
    return false;
  }
};
/** A user entry that has this credential, and needs its plugin no more. */
export const withCredential = (user: User, { token, certificate }: PluginCredential): User => ({
  ...user,
  exec: undefined,
  ...(token === undefined ? {} : { token: reveal(token) }),
  ...(certificate === undefined
    ? {}
    : { clientCertificateData: Buffer.from(certificate.cert), clientKeyData: Buffer.from(reveal(certificate.key)) }),
});
