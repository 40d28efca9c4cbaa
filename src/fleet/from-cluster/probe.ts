import { type Cause, causes } from '../../base/cause.ts';
import { fail, notRun, pass, type Step } from '../../base/read.ts';
import type { Outcome } from '../../kube/api/answer.ts';
import { askVersion } from '../../kube/api/ask.ts';
import { type Connection, connectStored, type Limits, TransportError, type TrustedBy } from '../../kube/api/connection.ts';
import type { Stored, StoredKubeconfig } from '../../kube/kubeconfig/stored.ts';
import type { Identity, Probe } from '../inventory.ts';
import { accessStep, askRules, type Rules } from './access.ts';
import { askServed, crdsStep, type Served } from './crds.ts';
import { askIdentity, identityStep } from './identity.ts';

const behind = (detail: string): Step<never> => notRun('earlier-failure', detail);
/** Every step after one that ended the probe. */
const restOf = (step: Step<never>): Pick<Probe, 'version' | 'identity' | 'access' | 'crds'> => ({
  version: step,
  identity: step,
  access: step,
  crds: step,
});
const stopped = (reach: Probe['reach'], why: string): Probe => ({ reach, tls: behind(why), ...restOf(behind(why)) });

/** Causes that show a server was reached and spoke, so that the trouble is in TLS and not in the network. */
const answerCauses: ReadonlySet<Cause> = new Set<Cause>([
  'unknown-ca',
  'san-mismatch',
  'certificate-expired',
  'certificate-usage',
  'certificate-authority',
  'certificate-weak',
  'certificate-malformed',
  'client-certificate',
  'tls-version',
  'not-tls',
  'tls',
]);

/** What makes a Secret's kubeconfig not worth dialling with, though it parses. */
const undialable = (stored: StoredKubeconfig): string | undefined => {
  if (!/^https:/i.test(stored.server)) return 'its server is not https, so no credential is sent there';
  if (stored.caFile !== undefined || stored.auth.includes('client-certificate-file')) return 'it names a file, which is never opened';
  if (stored.token === undefined && (stored.auth.includes('exec') || stored.auth.includes('auth-provider')))
    return 'it names a plugin, which is never run';
  return undefined;
};
/** Why nothing is asked there, since it would be answered as to somebody else than the operator. */
const unsent = ({ insecure, auth, token }: StoredKubeconfig): string | undefined => {
  if (insecure) return 'the stored kubeconfig turns TLS verification off, so its credential is not sent from here';
  if (token !== undefined) return undefined;
  if (auth.includes('token-file')) return 'its token is in a file, which is never opened';
  return auth.includes('basic') ? 'it authenticates by a user name and a password, which are not sent from here' : undefined;
};

/** The few requests that answer reachability, version, identity, access and CRDs with one TLS handshake; `beside` shares it. */
export const probe = async (
  context: string,
  stored: Stored,
  watches: readonly string[] | 'all',
  limits: Limits & { readonly trustedBy?: TrustedBy },
  beside?: (connection: Connection) => Promise<void>,
): Promise<Probe> => {
  if (!stored.ok) return stopped(fail('stored', stored.message), 'the stored kubeconfig is not usable');
  const reason = undialable(stored.value);
  if (reason !== undefined) return stopped(notRun('skipped', reason), reason);
  let connection: Awaited<ReturnType<typeof connectStored>>;
  try {
    connection = await connectStored(context, stored.value, limits, limits.trustedBy);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return unconnected(error);
  }
  try {
    const reach = pass({ ms: connection.ms }, connection.ms);
    const reasonNotSent = unsent(stored.value);
    const tls = stored.value.insecure ? notRun('skipped', 'the stored kubeconfig turns TLS verification off') : pass(connection.tls);
    if (reasonNotSent !== undefined) return { reach, tls, ...restOf(notRun('skipped', reasonNotSent)) };
    const [answers] = await Promise.all([askAll(connection, watches), beside?.(connection)]);
    return { reach, tls, ...(await stepsOf(connection, answers, stored.value)) };
  } finally {
    connection.close();
  }
};
const unconnected = ({ reason, message }: TransportError): Probe => {
  const { fault, unread } = causes[reason];
  if (!fault) return stopped(notRun(unread, message), 'the API server was not reached');
  const failure = fail(reason, message);
  return answerCauses.has(reason)
    ? { ...stopped(pass({ ms: 0 }), 'TLS failed'), tls: failure }
    : stopped(failure, 'the API server was not reached');
};

interface Answers {
  readonly version: Outcome<string>;
  readonly identity: Outcome<Identity>;
  readonly rules: readonly Rules[];
  readonly served: Served;
}
const askAll = async (connection: Connection, watches: readonly string[] | 'all'): Promise<Answers> => {
  const [version, identity, rules, served] = await Promise.all([
    askVersion(connection),
    askIdentity(connection),
    askRules(connection, watches),
    askServed(connection),
  ]);
  return { version, identity, rules, served };
};

/** A step fails on what an API says of the credential. Whatever only kept an answer away makes it unknown, with the cause named. */
const stepsOf = async (
  connection: Connection,
  { version, identity, rules, served }: Answers,
  { claims }: StoredKubeconfig,
): Promise<Pick<Probe, 'version' | 'identity' | 'access' | 'crds'>> => {
  const all: readonly Outcome<unknown>[] = [version, identity, ...rules.map(one => one.rules), ...served];
  if (version.ok === false && version.cause === 'not-an-api' && !all.some(isKubernetes))
    return { ...restOf(behind(causes['not-an-api'].one)), version: fail('not-an-api', version.detail) };
  const accepted = rules.some(one => one.rules.ok);
  const who = identityStep(identity, { accepted, ...(claims?.subject === undefined ? {} : { subject: claims.subject }) });
  const refusal = who.status === 'fail' ? behind(causes[who.cause].one) : undefined;
  return {
    version: version.ok ? pass(version.value) : (refusal ?? notRun(causes[version.cause].unread, version.detail)),
    identity: who,
    access: refusal !== undefined && !accepted ? refusal : await accessStep(connection, rules),
    crds: refusal !== undefined && served.some(one => !one.ok) ? refusal : crdsStep(served),
  };
};
/** An answer of 404 without more is any web server's. */
const isKubernetes = (answer: Outcome<unknown>): boolean => (answer.ok ? answer.value !== false : answer.kubernetes);
