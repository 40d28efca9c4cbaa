import { type Cause, fail, notRun, pass, type Step } from '../../base/read.ts';
import { type Answer, type Connection, connectStored, type Limits, type Request, TransportError } from '../../kube/api/connection.ts';
import { statusMessage } from '../../kube/api/objects.ts';
import type { Stored, StoredKubeconfig } from '../../kube/kubeconfig/stored.ts';
import { missingRights, rightsWanted } from '../../operator/rights.ts';
import type { Access, Identity, Probe } from '../inventory.ts';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const strings = (value: unknown): string[] => list(value).filter(item => typeof item === 'string');

const behind = (detail: string): Step<never> => notRun('earlier-failure', detail);
const stopped = (step: Probe['reach'], why: string): Probe => ({
  reach: step,
  tls: behind(why),
  version: behind(why),
  identity: behind(why),
  access: behind(why),
  crds: behind(why),
});

/** Causes that show a server was reached and spoke, so that the trouble is in TLS and not in the network. */
const spoke: readonly Cause[] = ['unknown-ca', 'san-mismatch', 'certificate-expired', 'not-tls', 'tls'];

/** What makes a Secret's kubeconfig not worth dialling with, though it parses. */
const undialable = (stored: StoredKubeconfig): string | undefined => {
  if (!stored.server.startsWith('https://')) return 'its server is not https, so no credential is sent there';
  if (stored.auth.includes('exec') || stored.auth.includes('auth-provider')) return 'it names a plugin, which is never run';
  if (stored.auth.includes('token-file') || stored.auth.includes('client-certificate-file') || stored.caFile !== undefined)
    return 'it names a file, which is never opened';
  return undefined;
};

/** The four requests that answer reachability, version, identity, access and CRDs with one TLS handshake; `beside` shares it. */
export const probe = async (
  context: string,
  stored: Stored,
  watches: readonly string[] | 'all',
  limits: Limits,
  beside?: (connection: Connection) => Promise<void>,
): Promise<Probe> => {
  if (!stored.ok) return stopped(fail('stored', stored.message), 'the stored kubeconfig is not usable');
  const reason = undialable(stored.value);
  if (reason !== undefined) return stopped(notRun('skipped', reason), reason);
  let connection: Awaited<ReturnType<typeof connectStored>>;
  try {
    connection = await connectStored(context, stored.value, limits);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const failed = fail(error.reason, error.message);
    return spoke.includes(error.reason)
      ? { ...stopped(pass({ ms: 0 }), 'TLS failed'), tls: failed }
      : stopped(failed, 'the API server was not reached');
  }
  try {
    const [version, identity, crds, access] = await Promise.all([
      ask(connection, { path: '/version' }, body => String(record(body)['gitVersion'] ?? 'unknown')),
      ask(connection, selfSubjectReview, identityOf, anonymousIsForbidden),
      ask(connection, { path: '/apis', accept: aggregated }, crdsOf),
      accessOf(connection, watches),
      stored.value.insecure ? undefined : beside?.(connection),
    ]);
    const reach = pass({ ms: connection.ms }, connection.ms);
    const tls = stored.value.insecure ? notRun('skipped', 'the stored kubeconfig turns TLS verification off') : pass(connection.tls);
    const refused = identity.status === 'fail';
    return {
      reach,
      tls,
      version,
      identity,
      access: refused && access.status === 'fail' ? behind('the API does not accept the credential') : access,
      crds: refused && crds.status === 'fail' ? behind('the API does not accept the credential') : crds,
    };
  } finally {
    connection.close();
  }
};

const ask = async <T>(
  connection: Connection,
  request: Request,
  read: (body: unknown) => T,
  refuse?: (answer: Answer) => Step<never> | undefined,
): Promise<Step<T>> => {
  try {
    const answer = await connection.request(request);
    if (answer.status === 200 || answer.status === 201) return pass(read(answer.body));
    const special = refuse?.(answer);
    if (special !== undefined) return special;
    return fail(
      answer.status === 401 ? 'unauthorized' : answer.status === 403 ? 'forbidden' : 'http',
      `${answer.status}: ${statusMessage(answer)}`,
    );
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return error.reason === 'timeout' ? notRun('timed-out', error.message) : fail(error.reason, error.message);
  }
};

const selfSubjectReview: Request = {
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
};
const identityOf = (body: unknown): Identity => {
  const user = record(record(record(body)['status'])['userInfo']);
  return {
    username: String(user['username'] ?? ''),
    ...(typeof user['uid'] === 'string' ? { uid: user['uid'] } : {}),
    groups: strings(user['groups']),
  };
};
/** SelfSubjectReview exists since Kubernetes 1.28; before that the identity is unknown, not wrong. */
const anonymousIsForbidden = (answer: Answer): Step<never> | undefined =>
  answer.status === 404 ? notRun('not-installed', 'this API server has no SelfSubjectReview (Kubernetes before 1.28)') : undefined;

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
/** `plural.group` of the kinds whose absence stops the operator; domain.md 2.1. */
const crdsWanted = [
  ['cassandradatacenters', 'cassandra.datastax.com', 'v1beta1'],
  ['cassandratasks', 'control.k8ssandra.io', 'v1alpha1'],
  ['reapers', 'reaper.k8ssandra.io', 'v1alpha1'],
  ['stargates', 'stargate.k8ssandra.io', 'v1alpha1'],
] as const;
const crdsOf = (body: unknown): { asked: number; missing: string[] } => {
  const served = new Set(
    list(record(body)['items']).flatMap(group =>
      list(record(group)['versions']).flatMap(version =>
        list(record(version)['resources']).map(
          resource => `${record(resource)['resource']}.${record(record(group)['metadata'])['name']}/${record(version)['version']}`,
        ),
      ),
    ),
  );
  return {
    asked: crdsWanted.length,
    missing: crdsWanted
      .filter(([plural, group, version]) => !served.has(`${plural}.${group}/${version}`))
      .map(([plural, group]) => `${plural}.${group}`),
  };
};

/** RBAC answers a namespace that does not exist with the rules that hold in every namespace. */
const everywhere = 'k8ssandra-no-such-namespace';
const accessOf = async (connection: Connection, watches: readonly string[] | 'all'): Promise<Step<Access>> => {
  const namespaces = watches === 'all' ? [everywhere] : watches;
  const reviews = await Promise.all(
    namespaces.map(async namespace => ({
      namespace,
      rules: await ask(
        connection,
        {
          method: 'POST',
          path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
          body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
        },
        body => record(record(body)['status']),
      ),
    })),
  );
  const missing: Access['missing'][number][] = [];
  let incomplete = false;
  let admin = false;
  for (const { namespace, rules } of reviews) {
    if (rules.status !== 'pass') return rules;
    const granted = list(rules.value['resourceRules']).map(rule => ({
      verbs: strings(record(rule)['verbs']),
      apiGroups: strings(record(rule)['apiGroups']),
      resources: strings(record(rule)['resources']),
      resourceNames: strings(record(rule)['resourceNames']),
    }));
    admin ||= granted.some(({ verbs, apiGroups, resources }) => [verbs, apiGroups, resources].every(one => one.includes('*')));
    const lacking = missingRights(granted);
    const where = namespace === everywhere ? {} : { namespace };
    // Webhook authorizers cannot list their rules: then each right that looks missing is asked for on its own.
    const confirmed =
      rules.value['incomplete'] === true ? await confirm(connection, lacking, where.namespace) : { missing: lacking, undecided: false };
    incomplete ||= confirmed.undecided;
    missing.push(...confirmed.missing.map(right => ({ ...right, ...where })));
  }
  return incomplete && missing.length === 0
    ? notRun('failed', 'the API server could not say which rights the credential has')
    : pass({ asked: rightsWanted.length * namespaces.length, missing, incomplete, admin });
};
const confirm = async (
  connection: Connection,
  rights: ReturnType<typeof missingRights>,
  namespace: string | undefined,
): Promise<{ missing: typeof rights; undecided: boolean }> => {
  const answers = await Promise.all(
    rights.map(async right => ({
      right,
      allowed: await ask(
        connection,
        {
          method: 'POST',
          path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
          body: {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: {
              resourceAttributes: {
                group: right.group,
                resource: right.resource,
                verb: right.verb,
                ...(namespace === undefined ? {} : { namespace }),
              },
            },
          },
        },
        body => record(record(body)['status'])['allowed'] === true,
      ),
    })),
  );
  return {
    missing: answers.filter(({ allowed }) => allowed.status === 'pass' && !allowed.value).map(({ right }) => right),
    undecided: answers.some(({ allowed }) => allowed.status !== 'pass'),
  };
};
