import { credential } from '../../base/credential.ts';
import { present } from '../../base/fields.ts';
import { withoutEnd } from '../../base/text.ts';
import { readPem } from '../golang/pem.ts';
import { certificatesOf } from '../golang/tls.ts';
import { type GoUrl, urlText } from '../golang/url.ts';
import { type Certificate, parseCertificate } from '../golang/x509.ts';
import { tokenClaims } from '../token-claims.ts';
import { type Evaluation, evaluate, unknownPod } from './evaluate.ts';
import type { Client } from './http-client.ts';
import { load } from './load.ts';
import { impersonationOf, type Stored, type StoredAuth, type StoredKubeconfig } from './stored.ts';
import type { User } from './v1.ts';
import type { Surroundings } from './validate.ts';

/** What a fault is wrapped in that the kubeconfig's own validation lets pass; controller-runtime pkg/cluster/cluster.go New. */
const atDefaults = 'failed setting cluster default options: ';

/** A kubeconfig out of a Secret, judged as the operator judges it, with its words. Nothing it names is opened or run; it never throws. */
export const parseStored = (kubeconfig: string | Uint8Array, contextName: string, around: Surroundings = unknownPod): Stored => {
  const evaluation = evaluate(typeof kubeconfig === 'string' ? Buffer.from(kubeconfig) : kubeconfig, contextName, around);
  return evaluation.stage === 'ok' ? { ok: true, value: facts(evaluation.client, evaluation.url) } : broken(evaluation);
};
/** The context that a kubeconfig names as the current one, '' when it has none or cannot be read. */
export const currentContextOf = (kubeconfig: Uint8Array): string => {
  const config = load(kubeconfig);
  return config.ok ? config.value.currentContext : '';
};
const broken = (evaluated: Exclude<Evaluation, { stage: 'ok' }>): Stored => {
  switch (evaluated.stage) {
    case 'load':
      return { ok: false, problem: 'unparsable', message: evaluated.message };
    case 'config':
      return { ok: false, problem: evaluated.problem, message: evaluated.message };
    default:
      return { ok: false, problem: 'invalid', message: atDefaults + evaluated.message };
  }
};

const facts = ({ cluster, user, userMissing, authorities }: Client, url: GoUrl): StoredKubeconfig => ({
  server: withoutEnd(urlText({ ...url, query: '', hasQuery: false, fragment: '', rawFragment: '' }), '/'),
  insecure: cluster.insecureSkipTlsVerify,
  auth: authOf(user, url),
  userMissing,
  ...caFacts(authorities),
  ...present({
    caFile: cluster.certificateAuthorityData.length > 0 ? undefined : cluster.certificateAuthority || undefined,
    tlsServerName: cluster.tlsServerName || undefined,
    proxyUrl: cluster.proxyUrl || undefined,
  }),
  ...tokenFacts(url.user === undefined ? user.token : ''),
  ...certificateFacts(user),
  ...impersonationFacts(user),
});

/** Every way to authenticate that the operator has; a login in the server's URL takes the place of all others in net/http. */
const authOf = (user: User, url: GoUrl): readonly StoredAuth[] => {
  if (url.user !== undefined) return ['basic'];
  const ways: readonly (readonly [StoredAuth, boolean])[] = [
    ['token', user.token !== ''],
    ['token-file', user.tokenFile !== ''],
    ['basic', user.username !== '' || user.password !== ''],
    ['exec', user.exec !== undefined],
    ['auth-provider', user.authProvider !== undefined],
    ['client-certificate', user.clientCertificateData.length > 0],
    ['client-certificate-file', user.clientCertificateData.length === 0 && user.clientCertificate !== ''],
  ];
  return ways.filter(([, isThere]) => isThere).map(([way]) => way);
};

/** The certificates that Go takes, and nothing that stands beside them in the bundle. */
const caFacts = (authorities: readonly Certificate[]): Pick<StoredKubeconfig, 'caPem' | 'caNotAfter'> =>
  authorities.length === 0
    ? {}
    : {
        caPem: authorities.map(({ bytes }) => pemOf(bytes)).join(''),
        caNotAfter: Math.max(...authorities.map(({ notAfter }) => notAfter)),
      };
/** The certificates of a bundle, without what else stands there. */
export const certificatePem = (bundle: string): string =>
  certificatesOf(Buffer.from(bundle))
    .map(({ bytes }) => pemOf(bytes))
    .join('');
const pemOf = (bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};
const certificateFacts = (user: User): Pick<StoredKubeconfig, 'clientCertificatePem' | 'clientCertificateNotAfter' | 'clientKey'> => {
  if (user.clientCertificateData.length === 0 || user.clientKeyData.length === 0) return {};
  const chain = readPem(user.clientCertificateData).blocks.filter(({ type }) => type === 'CERTIFICATE');
  const leaf = parseCertificate(chain[0]?.bytes ?? new Uint8Array());
  return {
    clientCertificatePem: chain.map(({ bytes }) => pemOf(bytes)).join(''),
    clientKey: credential(Buffer.from(user.clientKeyData).toString('utf8')),
    ...(leaf.ok ? { clientCertificateNotAfter: leaf.value.notAfter } : {}),
  };
};
const tokenFacts = (token: string): Pick<StoredKubeconfig, 'token' | 'claims'> => {
  if (token === '') return {};
  const claims = tokenClaims(token);
  return { token: credential(token), ...(claims === undefined ? {} : { claims }) };
};
const impersonationFacts = (user: User): Pick<StoredKubeconfig, 'impersonation'> => {
  const impersonation = impersonationOf(user);
  return impersonation === undefined ? {} : { impersonation };
};
