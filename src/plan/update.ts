import { UserError } from '../base/errors.ts';
import { lateFault } from '../checks/start.ts';
import { probe } from '../fleet/from-cluster/probe.ts';
import { type Connection, type Endpoint, type Limits, shakeHands, TransportError } from '../kube/api/connection.ts';
import { demand } from '../kube/api/objects.ts';
import { apiPath, kinds, type Secret } from '../kube/kinds.ts';
import { certificatePem, parseStored } from '../kube/kubeconfig/parse.ts';
import { withContext, withEndpoint } from '../kube/kubeconfig/rewrite.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { refuseOtherAccount } from './account.ts';
import { storedDifferences } from './differences.ts';
import { fittingCa } from './fitting-ca.ts';
import { putSecret, type Registration, refuseUnderWay, rewrittenKubeconfig, withKubeconfig } from './registration.ts';

/** What may be changed of how the operator reaches a data plane; an empty text takes the field away. */
export interface Changes {
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly caPem?: string | undefined;
  /** CAs of which the first that verifies the server is stored */
  readonly cas?: readonly string[] | undefined;
  readonly proxyUrl?: string | undefined;
}
export interface Update {
  readonly registration: Registration;
  /** `field: before -> after`, never a secret */
  readonly differences: readonly string[];
  readonly kubeconfig: string;
}

const changed = (before: string | undefined, wanted: string | undefined): string | undefined =>
  wanted === undefined ? before : wanted === '' ? undefined : wanted;

/** The stored kubeconfig with the changes, proven with the stored token before anything is written. */
export const planUpdate = async (
  registration: Registration,
  changes: Changes,
  watches: readonly string[] | 'all',
  limits: Limits,
): Promise<Update> => {
  const { stored, contextName } = registration;
  const way = {
    server: changed(stored.server, changes.server)?.replace(/\/+$/, '') ?? stored.server,
    tlsServerName: changed(stored.tlsServerName, changes.tlsServerName),
    proxyUrl: changed(stored.proxyUrl, changes.proxyUrl),
  };
  const given = changes.cas === undefined ? changes.caPem : await chooseCa(contextName, changes.cas, way, limits);
  const caPem = changed(stored.caPem, given);
  const wanted = { ...way, caPem: caPem === undefined ? undefined : certificatePem(caPem) || caPem };
  const endpoint = { ...wanted, insecure: stored.insecure && given === undefined };
  const kubeconfig = rewrittenKubeconfig(registration, text => withEndpoint(text, contextName, endpoint));
  const after = parseStored(kubeconfig, contextName);
  const differences = after.ok ? storedDifferences(stored, after.value) : [after.message];
  if (differences.length > 0) await proveUpdate(registration, kubeconfig, watches, limits);
  return { registration, differences, kubeconfig };
};
const chooseCa = async (
  contextName: string,
  cas: readonly string[],
  { server, tlsServerName, proxyUrl }: Pick<Changes, 'tlsServerName' | 'proxyUrl'> & Pick<StoredKubeconfig, 'server'>,
  limits: Limits,
): Promise<string> => {
  const endpoint = { server, ...(tlsServerName === undefined ? {} : { tlsServerName }), ...(proxyUrl === undefined ? {} : { proxyUrl }) };
  const found = await fittingCa(cas, endpoint, limits);
  if (typeof found === 'string') return found;
  throw new UserError(
    `refused: no CA of that context verifies the server of ${contextName}: ${found?.message ?? 'it shows none'}`,
    'name the context of that very data plane with --ca-from-context, or pass the CA with --ca-file',
  );
};
/** First TLS with no credential, then everything the operator does at its start. */
const proveUpdate = async (
  { contextName, secret }: Registration,
  kubeconfig: string,
  watches: readonly string[] | 'all',
  limits: Limits,
): Promise<void> => {
  const stored = parseStored(kubeconfig, contextName);
  if (!stored.ok) throw new UserError(`refused: the operator could not use it: ${stored.message}`, 'correct the given value');
  const { server, caPem, tlsServerName, proxyUrl, insecure } = stored.value;
  const endpoint: Endpoint = {
    server,
    insecure,
    ...(caPem === undefined ? {} : { caPem }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
  try {
    await shakeHands(endpoint, limits);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UserError(
      `refused: ${contextName} would not be reached: ${error.message}`,
      'correct --server, --ca-file, --proxy-url or --tls-server-name',
    );
  }
  const shown = await probe(contextName, stored, watches, limits);
  refuseOtherAccount(contextName, shown, secret.metadata.annotations);
  const fault = lateFault(shown);
  if (fault !== undefined)
    throw new UserError(
      `refused: with this change ${contextName} would stop the operator: ${fault.message}`,
      'correct the given values; the stored credential was not touched',
    );
};

export const executeUpdate = async (connection: Connection, { registration, kubeconfig }: Update): Promise<Secret> => {
  refuseUnderWay(registration.secret);
  return putSecret(connection, withKubeconfig(registration.secret, kubeconfig));
};

/**
 * Another context name for the same data plane. The Secret gets an entry of the new name beside the old one first, so that the
 * operator finds the context that the ClientConfig names at every moment in between; a run that is cut short is finished by the same command.
 */
export const executeRename = async (connection: Connection, registration: Registration, name: string): Promise<void> => {
  const { secret, config, contextName } = registration;
  refuseUnderWay(secret);
  const kubeconfig = rewrittenKubeconfig(registration, text => withContext(text, contextName, name));
  const written = await putSecret(connection, withKubeconfig(secret, kubeconfig));
  try {
    // A patch, because the operator may stamp its annotations in between; whoever else renames it has lost at the Secret.
    await demand(connection, `update ClientConfig ${config.metadata.namespace}/${config.metadata.name}`, {
      method: 'PATCH',
      path: apiPath(kinds.clientConfig, config.metadata.namespace, config.metadata.name),
      contentType: 'application/merge-patch+json',
      body: { spec: { contextName: name } },
      mustFinish: true,
    });
  } catch (error) {
    // The old name still works in what is stored; putting the old text back is tidiness, so its failure must not hide the cause.
    await putSecret(connection, { ...secret, metadata: written.metadata }).catch(() => undefined);
    throw error;
  }
};
