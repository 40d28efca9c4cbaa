import { ours, sentence } from '../base/advice.ts';
import { type Credential, reveal } from '../base/credential.ts';
import { UserError } from '../base/errors.ts';
import { fail, type Step } from '../base/read.ts';
import { askRules } from '../fleet/from-cluster/access.ts';
import { askIdentity, identityStep } from '../fleet/from-cluster/identity.ts';
import { contextsOfServer, readClusterUid } from '../fleet/from-cluster/user-context.ts';
import type { Identity } from '../fleet/inventory.ts';
import { annotation } from '../kube/annotations.ts';
import { type Connection, connectStored, connectUser, type Limits, TransportError, wayOf } from '../kube/api/connection.ts';
import { type SelectedContext, selectContext } from '../kube/kubeconfig/select.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { sameServer, shownUrl } from '../kube/kubeconfig/url.ts';
import type { UserKubeconfig } from '../kube/kubeconfig/user.ts';
import { tokenClaims } from '../kube/token-claims.ts';
import { fittingCa, knownCas } from './fitting-ca.ts';
import type { LiveRegistration } from './registration.ts';

/** How a data plane is reached for a change: with the user's own context, or with the credential that is stored for the operator. */
export interface DataPlaneConnection extends Connection {
  readonly by: 'user' | 'stored';
  /** the context, where the user has named it on the command line */
  readonly named?: SelectedContext;
  /** the same API server, over the same verified way, with another credential */
  readonly as: (token: Credential) => Promise<Connection>;
}

/**
 * The user's own context of the same cluster: the given one, or one of the very server that is stored, proven by the cluster's recorded
 * uid. Without one the stored credential itself, whose role may manage the Secrets of its namespace.
 */
export const openDataPlane = async (
  { contextName, secret, stored }: Pick<LiveRegistration, 'contextName' | 'secret' | 'stored'>,
  config: UserKubeconfig,
  explicit: string | undefined,
  limits: Limits,
): Promise<DataPlaneConnection> => {
  const notes = secret.metadata.annotations ?? {};
  const sourceUid = notes[annotation.sourceCluster];
  const open = async (name: string): Promise<DataPlaneConnection> => {
    const context = selectContext(config, { context: name }, '--from-context');
    return byUser(await connectUser(context, limits), context, explicit !== undefined, limits);
  };
  if (explicit !== undefined) {
    const connection = await open(explicit);
    const uid = await readClusterUid(connection);
    if (sourceUid !== undefined && uid.ok ? uid.value === sourceUid : sameServer(connection.server, stored.server)) return connection;
    connection.close();
    throw new UserError(
      `refused: ${explicit} is not the data plane of ${contextName}: ${sourceUid === undefined || !uid.ok ? `its server is not ${shownUrl(stored.server)}` : `its kube-system uid is not ${sourceUid}`}`,
      'name the context of that data plane with --from-context',
    );
  }
  for (const name of sourceUid === undefined ? [] : contextsOfServer(config, stored.server, notes[annotation.sourceContext])) {
    const connection = await open(name);
    const uid = await readClusterUid(connection);
    if (uid.ok && uid.value === sourceUid) return connection;
    connection.close();
  }
  return openStored(contextName, stored, limits);
};

const byUser = async (connection: Connection, selected: SelectedContext, named: boolean, limits: Limits): Promise<DataPlaneConnection> => {
  const way = { insecure: false, ...(await wayOf(selected)), auth: ['token'], userMissing: false } as const;
  const as = (token: Credential): Promise<Connection> => connectStored(selected.name, { ...way, token }, limits);
  return { ...connection, by: 'user', ...(named ? { named: selected } : {}), as };
};
const openStored = async (contextName: string, stored: StoredKubeconfig, limits: Limits): Promise<DataPlaneConnection> => {
  try {
    const as = (token: Credential): Promise<Connection> => connectStored(contextName, { ...stored, token }, limits);
    return { ...(await connectStored(contextName, stored, limits)), by: 'stored', as };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UserError(
      `the data plane of ${contextName} is not reached: ${error.message}`,
      'check the network between here and there, or name your own context of it with --from-context',
    );
  }
};

/** Whose a token is, as the data plane's API server says; it is shown to nobody else. */
export const identityOf = async (source: DataPlaneConnection, token: Credential): Promise<Step<Identity>> => {
  try {
    const connection = await source.as(token);
    try {
      const answer = await askIdentity(connection);
      // Where there is no SelfSubjectReview, a token that is let in is whose it says that it is.
      const accepted = answer.ok || (answer.status === 404 && (await askRules(connection, 'all')).every(({ rules }) => rules.ok));
      const subject = tokenClaims(reveal(token))?.subject;
      return identityStep(answer, { accepted, ...(subject === undefined ? {} : { subject }) });
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof TransportError) return fail(error.reason, error.message);
    throw error;
  }
};

/**
 * Before a fresh token goes to the stored address, which others may have written: its certificate must be signed by a CA that the user's
 * own context trusts or that the data plane publishes.
 */
export const refuseStranger = async (
  { contextName, config, stored }: LiveRegistration,
  source: Connection,
  selected: SelectedContext,
  limits: Limits,
): Promise<void> => {
  const { server, tlsServerName, proxyUrl, insecure } = stored;
  const endpoint = { server, ...(tlsServerName === undefined ? {} : { tlsServerName }), ...(proxyUrl === undefined ? {} : { proxyUrl }) };
  const ca = insecure ? undefined : await fittingCa(await knownCas(source, selected), endpoint, limits);
  if (typeof ca === 'string') return;
  throw new UserError(
    `refused: the stored address of ${contextName} does not show itself as ${source.context}: ${ca?.message ?? 'nothing verifies what it serves'}`,
    sentence`run ${ours('clientconfig create', [config.metadata.name], '--from-context', source.context)}, with the address and the CA by which the operator reaches it`,
  );
};
