import type { CommandLine, Sentence } from '../base/advice.ts';
import { UserError } from '../base/errors.ts';
import { withoutEnd } from '../base/text.ts';
import { lateFault } from '../checks/start.ts';
import { probe } from '../fleet/from-cluster/probe.ts';
import { accepts, annotation } from '../kube/annotations.ts';
import { authorityAlone, type Connection, type Endpoint, type Limits, shakeHands, TransportError } from '../kube/api/connection.ts';
import { demand, getObject, RefusedError, required } from '../kube/api/objects.ts';
import { apiPath, type ClientConfig, kinds, type Secret } from '../kube/kinds.ts';
import { storedInSecret } from '../kube/kubeconfig/in-secret.ts';
import { certificatePem, parseStored } from '../kube/kubeconfig/parse.ts';
import { withContext, withEndpoint } from '../kube/kubeconfig/rewrite.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { shownUrl, unroutable } from '../kube/kubeconfig/url.ts';
import { specHash } from '../operator/hash.ts';
import { refuseOtherAccount } from './account.ts';
import { wayNotes } from './create/place.ts';
import { storedDifferences } from './differences.ts';
import { fittingCa } from './fitting-ca.ts';
import { lookAgain, meanwhile } from './meanwhile.ts';
import type { Guard } from './refusals.ts';
import {
  currentSecret,
  type LiveRegistration,
  putSecret,
  refuseUnderWay,
  rewrittenKubeconfig,
  withAnnotations,
  withKubeconfig,
} from './registration.ts';

/** What may be changed of how the operator reaches a data plane; an empty text takes the field away. */
export interface Changes {
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly caPem?: string | undefined;
  /** CAs of which the first that verifies the server is stored */
  readonly cas?: readonly string[] | undefined;
  readonly proxyUrl?: string | undefined;
  /** what makes the credential anew together with this change, where the data plane at that address takes the stored one no more */
  readonly anew: (server: string) => Sentence | CommandLine;
}
export interface Update {
  readonly registration: LiveRegistration;
  /** `field: before -> after`, never a secret */
  readonly differences: readonly string[];
  readonly kubeconfig: string;
  /** annotations to change */
  readonly notes: Readonly<Record<string, string | undefined>>;
}

const changed = (before: string | undefined, wanted: string | undefined): string | undefined =>
  wanted === undefined ? before : wanted === '' ? undefined : wanted;

/** The stored kubeconfig with the changes, proven with the stored token before anything is written. */
export const planUpdate = async (
  registration: LiveRegistration,
  changes: Changes,
  watches: readonly string[] | 'all',
  guard: Guard,
  limits: Limits,
): Promise<Update> => {
  const { stored, contextName } = registration;
  const server = changed(stored.server, changes.server);
  const way = {
    server: server === undefined ? stored.server : withoutEnd(server, '/'),
    tlsServerName: changed(stored.tlsServerName, changes.tlsServerName),
    proxyUrl: changed(stored.proxyUrl, changes.proxyUrl),
  };
  const why = changes.server === undefined ? undefined : unroutable(way.server);
  guard.refuse('loopback', why === undefined ? undefined : { server: way.server, of: contextName, why });
  const newCa = changes.cas === undefined ? changes.caPem : await chooseCa(contextName, changes.cas, way, limits);
  const caPem = changed(stored.caPem, newCa);
  const endpoint = {
    ...way,
    caPem: caPem === undefined ? undefined : certificatePem(caPem) || caPem,
    insecure: stored.insecure && newCa === undefined,
  };
  const rewrittenTo = (to: typeof endpoint): { readonly kubeconfig: string; readonly differences: readonly string[] } => {
    const kubeconfig = rewrittenKubeconfig(registration, text => withEndpoint(text, contextName, to));
    const after = parseStored(kubeconfig, contextName);
    return { kubeconfig, differences: after.ok ? storedDifferences(stored, after.value) : [after.message] };
  };
  const rewriteResult = rewrittenTo(endpoint);
  const resting = endpoint.caPem === undefined && stored.caFile === undefined && !endpoint.insecure;
  const rests = accepts(registration.secret.metadata.annotations ?? {}, 'system-ca');
  const authority = resting && !rests && rewriteResult.differences.length > 0 ? await authorityOf(way, guard, limits) : undefined;
  const { kubeconfig, differences } = authority === undefined ? rewriteResult : rewrittenTo({ ...endpoint, caPem: authority });
  if (differences.length > 0) await proveUpdate(registration, kubeconfig, watches, changes, limits);
  return {
    registration,
    differences,
    kubeconfig,
    notes: { ...wayNotes(endpointOf(way)), ...allowNotes(registration.secret, changes, guard) },
  };
};
/** As of a create: the operator does not rest on what its image trusts, unless that is allowed by name. */
const authorityOf = async (way: Way, guard: Guard, limits: Limits): Promise<string | undefined> => {
  const { authority } = await authorityAlone(endpointOf(way), limits).catch((error: unknown) => {
    // That it is not verified at all is told by the proof.
    if (error instanceof TransportError) return { authority: undefined };
    throw error;
  });
  if (authority === undefined || guard.allows('system-ca')) guard.refuse('system-ca', { server: shownUrl(way.server), named: true });
  return guard.allows('system-ca') ? undefined : authority;
};
/** What is lifted of this address; what was noted of the address before goes with it. */
const allowNotes = ({ metadata }: Secret, { server }: Changes, guard: Guard): Readonly<Record<string, string | undefined>> => {
  const notedOverrides = (metadata.annotations?.[annotation.allowed] ?? '')
    .split(',')
    .filter(one => one !== '' && (server === undefined || one !== 'loopback'));
  const all = [...new Set([...notedOverrides, ...guard.lifted().filter(one => one !== 'would-not-start')])].sort();
  return { [annotation.allowed]: all.length === 0 ? undefined : all.join(',') };
};
type Way = Pick<Changes, 'tlsServerName' | 'proxyUrl'> & Pick<StoredKubeconfig, 'server'>;
const endpointOf = ({ server, tlsServerName, proxyUrl }: Way): Omit<Endpoint, 'caPem' | 'insecure'> => ({
  server,
  ...(tlsServerName === undefined ? {} : { tlsServerName }),
  ...(proxyUrl === undefined ? {} : { proxyUrl }),
});
const chooseCa = async (contextName: string, cas: readonly string[], way: Way, limits: Limits): Promise<string> => {
  const ca = await fittingCa(cas, endpointOf(way), limits);
  if (typeof ca === 'string') return ca;
  throw new UserError(
    `refused: no CA of that context verifies the server of ${contextName}: ${ca?.message ?? 'it shows none'}`,
    'name the context of that very data plane with --ca-from-context, or pass the CA with --ca-file',
  );
};
/** First TLS with no credential, then everything the operator does at its start. */
const proveUpdate = async (
  { contextName, secret }: LiveRegistration,
  kubeconfig: string,
  watches: readonly string[] | 'all',
  { anew }: Changes,
  limits: Limits,
): Promise<void> => {
  const kubeconfigFacts = parseStored(kubeconfig, contextName);
  if (!kubeconfigFacts.ok)
    throw new UserError(`refused: the operator could not use it: ${kubeconfigFacts.message}`, 'correct the given value');
  const { caPem, insecure } = kubeconfigFacts.value;
  const endpoint: Endpoint = { ...endpointOf(kubeconfigFacts.value), insecure, ...(caPem === undefined ? {} : { caPem }) };
  try {
    await shakeHands(endpoint, limits);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UserError(
      `refused: ${contextName} would not be reached: ${error.message}`,
      'correct --server, --ca-file, --proxy-url or --tls-server-name',
    );
  }
  const result = await probe(contextName, kubeconfigFacts, watches, limits);
  const { identity } = result;
  if (identity.status === 'fail' && identity.cause === 'unauthorized')
    throw new UserError(
      `refused: this change leads to the data plane of ${contextName}, which does not accept the stored token: ${identity.detail}`,
      anew(kubeconfigFacts.value.server),
    );
  refuseOtherAccount(contextName, result, secret.metadata.annotations);
  const fault = lateFault(result);
  if (fault !== undefined)
    throw new UserError(
      `refused: with this change ${contextName} would stop the operator: ${fault.message}`,
      'correct the given values; the stored credential was not touched',
    );
};

export const executeUpdate = async (connection: Connection, { registration, kubeconfig, notes }: Update): Promise<Secret> => {
  refuseUnderWay(registration.secret);
  const writtenSecret = await putSecret(connection, withAnnotations(withKubeconfig(registration.secret, kubeconfig), notes));
  await lookAgain(connection, registration.config, undefined, async () => false);
  return writtenSecret;
};

/**
 * Another context name for the same data plane. The Secret gets an entry of the new name beside the old one first, so that the
 * operator finds the context that the ClientConfig names at every moment in between; a run that is cut short is finished by the same command.
 */
export const executeRename = async (connection: Connection, registration: LiveRegistration, name: string): Promise<void> => {
  const { secret, config, contextName } = registration;
  refuseUnderWay(secret);
  const kubeconfig = rewrittenKubeconfig(registration, text => withContext(text, contextName, name));
  const writtenSecret = await putSecret(connection, withKubeconfig(secret, kubeconfig));
  try {
    await nameContext(connection, config, name);
  } catch (error) {
    // The old name still works in what is stored; putting the old text back is tidiness, so its failure must not hide the cause.
    const now = await getObject(connection, kinds.clientConfig, config.metadata.namespace, config.metadata.name, true);
    if (now.ok && specHash(now.value?.spec) === specHash(config.spec))
      await putSecret(connection, { ...secret, metadata: writtenSecret.metadata }).catch(() => undefined);
    throw error;
  }
  const liveSecret = await currentSecret(connection, writtenSecret);
  if (liveSecret !== undefined && storedInSecret(liveSecret, name)?.ok === true) return;
  await nameContext(connection, { ...config, spec: { ...config.spec, contextName: name } }, config.spec?.contextName ?? null);
  throw meanwhile(`Secret ${secret.metadata.namespace}/${secret.metadata.name} was ${liveSecret === undefined ? 'deleted' : 'changed'}`);
};
/** How often a ClientConfig is looked at that changes between the look and the write, as when the operator stamps it. */
const looks = 5;
/** Gives it the context name as long as it is what was decided on; no name at all is that of the object. */
const nameContext = async (connection: Connection, config: ClientConfig, contextName: string | null): Promise<void> => {
  const { namespace, name, uid } = config.metadata;
  const what = `ClientConfig ${namespace}/${name}`;
  for (let look = 1; ; look++) {
    const liveConfig = required(await getObject(connection, kinds.clientConfig, namespace, name, true), what, connection.context);
    if (liveConfig === undefined) throw meanwhile(`${what} was deleted`);
    if (liveConfig.metadata.uid !== uid || specHash(liveConfig.spec) !== specHash(config.spec)) throw meanwhile(`${what} was changed`);
    const { resourceVersion } = liveConfig.metadata;
    try {
      return await demand(connection, `update ${what}`, {
        method: 'PATCH',
        path: apiPath(kinds.clientConfig, namespace, name),
        contentType: 'application/merge-patch+json',
        body: { metadata: { resourceVersion }, spec: { contextName } },
        mustFinish: true,
      });
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 409 || look === looks) throw error;
    }
  }
};
