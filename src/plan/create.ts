import { ours } from '../base/advice.ts';
import type { Credential } from '../base/credential.ts';
import { UserError, usage } from '../base/errors.ts';
import { readOperators } from '../fleet/from-cluster/operators.ts';
import { probe } from '../fleet/from-cluster/probe.ts';
import { readClusterUid } from '../fleet/from-cluster/user-context.ts';
import type { ControlPlane, Probe } from '../fleet/inventory.ts';
import { kubeconfigBytes } from '../fleet/stored-secret.ts';
import { annotation, managedBy } from '../kube/annotations.ts';
import type { Connection, Endpoint, Limits } from '../kube/api/connection.ts';
import { getObject, RefusedError, required } from '../kube/api/objects.ts';
import type { TlsFacts } from '../kube/api/tls.ts';
import { keyOf } from '../kube/key.ts';
import { apiPath, type ClientConfig, kinds, type Secret } from '../kube/kinds.ts';
import { proxyFault, serverFault } from '../kube/kubeconfig/address.ts';
import { buildStored } from '../kube/kubeconfig/build.ts';
import { parseStored } from '../kube/kubeconfig/parse.ts';
import type { SelectedContext } from '../kube/kubeconfig/select.ts';
import { sameServer, shownUrl, unroutable, withoutUser } from '../kube/kubeconfig/url.ts';
import type { Operator } from '../operator/environment.ts';
import { effectiveContext } from '../operator/references.ts';
import { dataPlaneOperators } from './account.ts';
import { type Kept, keptOf, placeOf } from './create/place.ts';
import { proveCa } from './create/prove-ca.ts';
import { secretDifferences } from './differences.ts';
import { type Journal, nameOf, type Write, writeOf } from './journal.ts';
import type { createOverrides } from './overrides.ts';
import { currentSecret, isBeingDeleted, ownerOf, refuseUnderWay } from './registration.ts';
import {
  type Account,
  awaitToken,
  findToken,
  freshTokenName,
  type Owner,
  refuseShortLife,
  requestToken,
  tokenOf,
  tokenSecretManifest,
} from './token.ts';

type Override = (typeof createOverrides)[number];

export interface CreateOptions {
  readonly name?: string | undefined;
  readonly sourceNamespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
  readonly destNamespace: string;
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly caPem?: string | undefined;
  readonly proxyUrl?: string | undefined;
  /** seconds that the token shall live; a token without an end otherwise */
  readonly ttl?: number | undefined;
  readonly allow: readonly Override[];
}
/** A data plane and all that is known of it before anything is written. */
export interface Candidate {
  readonly source: Connection;
  readonly contextName: string;
  readonly objectName: string;
  /** of the Secret with the kubeconfig */
  readonly secretName: string;
  /** what stays as it is stored though the user's own context has it otherwise, for the plan that is printed */
  readonly keeps: readonly string[];
  /** of what it will be */
  readonly owner: Owner;
  /** `namespace/name` of the token Secret that the stored Secret named when it was read, if there was one */
  readonly noted: string | undefined;
  readonly operator: Operator | undefined;
  readonly serviceAccount: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly clusterUid: string | undefined;
  readonly endpoint: Endpoint;
  readonly tls: TlsFacts;
  readonly tokenSecret: { readonly name: string; readonly token?: Credential };
  /** seconds that its token shall live, which then lies in no Secret */
  readonly ttl: number | undefined;
  readonly proof: Probe | undefined;
  readonly allowed: readonly Override[];
}

const refuse = (code: Override, message: string, fix: string): UserError =>
  new UserError(`refused: ${message}`, `${fix}; to go on all the same: --allow ${code}`, 4, code);

/** Reads a data plane, chooses its service account and CA, and proves them; writes nothing. Throws a refusal with its cure. */
export const prepare = async (
  source: Connection,
  selected: SelectedContext,
  controlPlane: ControlPlane,
  options: CreateOptions,
  limits: Limits,
): Promise<Candidate> => {
  const contextName = options.name ?? selected.name;
  const place = placeOf(controlPlane, contextName, options.destNamespace);
  const { name, secretName } = place;
  if (options.ttl !== undefined && place.stored !== undefined)
    throw new UserError(
      `refused: ${contextName} is registered, and its token would stay good beside the new one`,
      ours('clientconfig rotate', [name], '--token-ttl', `${options.ttl}s`),
    );
  const [clusterUid, found] = await Promise.all([
    readClusterUid(source),
    options.serviceAccount !== undefined && options.sourceNamespace !== undefined
      ? undefined
      : readOperators(source, options.sourceNamespace),
  ]);
  const uid = clusterUid.ok ? clusterUid.value : undefined;
  const kept = keptOf(place, uid);
  const allowed = new Set<Override>();
  const check = (code: Override, broken: boolean, message: string, fix: string): void => {
    if (!broken) return;
    if (!options.allow.includes(code) && !kept.allow.includes(code)) throw refuse(code, message, fix);
    allowed.add(code);
  };

  const server = (options.server ?? kept.server ?? selected.server).replace(/\/+$/, '');
  if (!/^https:/i.test(server))
    throw new UserError(
      `refused: the server ${shownUrl(server)} of ${selected.name} is not https, so the token would travel in the clear`,
      'pass the https address with --server',
    );
  const unfit = serverFault(server);
  if (unfit !== undefined)
    throw usage(
      `refused: the operator would not reach the server ${shownUrl(server)} of ${selected.name}: ${unfit}`,
      'correct it in the kubeconfig, or pass another with --server https://host:6443',
    );
  const dead = unroutable(server);
  check(
    'loopback',
    dead !== undefined,
    `the server ${server} of ${selected.name} is ${dead}`,
    'pass the address that the control plane reaches with --server https://...',
  );

  const ownUid = controlPlane.clusterUid.ok ? controlPlane.clusterUid.value : undefined;
  check(
    'control-plane',
    (uid !== undefined && uid === ownUid) || (ownUid === undefined && server === controlPlane.server),
    `${selected.name} is the control plane's own cluster: a context that points back at it makes secrets replicate in a circle`,
    'leave k8sContext empty for datacenters in the control plane',
  );
  const operator =
    found === undefined
      ? undefined
      : chooseOperator(
          required(found, 'the operator Deployment (label control-plane=k8ssandra-operator)', source.context),
          source.context,
          options,
        );
  check(
    'no-operator',
    operator === undefined && options.serviceAccount === undefined,
    `no operator Deployment (label control-plane=k8ssandra-operator) in ${source.context}${options.sourceNamespace === undefined ? '' : ` in namespace ${options.sourceNamespace}`}`,
    'install the K8ssandra Operator there with controlPlane=false, or name --service-account and --source-namespace',
  );
  const namespace = options.sourceNamespace ?? operator?.namespace ?? 'k8ssandra-operator';
  const accountName = options.serviceAccount ?? operator?.serviceAccount ?? 'k8ssandra-operator';
  const account = required(
    await getObject(source, kinds.serviceAccount, namespace, accountName),
    `ServiceAccount ${namespace}/${accountName}`,
    source.context,
  );
  if (account?.metadata.uid === undefined) {
    throw new UserError(
      `ServiceAccount ${namespace}/${accountName} does not exist in ${source.context}`,
      'correct --service-account or --source-namespace; this command never creates one, because it would have no rights',
    );
  }
  const serviceAccount = { namespace, name: accountName, uid: account.metadata.uid };
  const sameCluster = duplicateCluster(controlPlane, contextName, uid, server);
  check(
    'duplicate-cluster',
    sameCluster !== undefined,
    `${sameCluster} already provides this cluster, under another context name`,
    'use that context, or delete its ClientConfig first',
  );

  const before = place.notes[annotation.sourceCluster];
  check(
    'other-cluster',
    before !== undefined && uid !== undefined && before !== uid,
    `ClientConfig ${options.destNamespace}/${name} provides another cluster (kube-system uid ${before}), and every datacenter of ${contextName} would move to ${selected.name}`,
    'give this one another NAME',
  );

  const way = wayTo(server, selected, options, kept);
  const { endpoint, tls } = await proveCa(source, selected, namespace, way, options.caPem, limits);
  check(
    'insecure-tls',
    endpoint.insecure === true,
    `no CA verifies what ${server} serves and the kubeconfig turns verification off`,
    'pass the CA with --ca-file',
  );

  const clientConfig = `${options.destNamespace}/${name}`;
  const owner = ownerOf(controlPlane, clientConfig);
  const noted = place.notes[annotation.tokenSecret];
  const secret = options.ttl === undefined ? await findToken(source, serviceAccount, owner, keyOf(noted ?? '')) : undefined;
  const known = tokenOf(secret);
  const tokenSecret = { name: secret?.metadata.name ?? freshTokenName(accountName), ...(known === undefined ? {} : { token: known }) };
  const token = known ?? (await shortToken(source, serviceAccount));
  const candidate = {
    source,
    contextName,
    objectName: name,
    secretName,
    keeps: keptLines(server, selected, options, kept),
    owner,
    noted,
    operator,
    serviceAccount,
    clusterUid: uid,
    endpoint,
    tls,
    tokenSecret,
    ttl: options.ttl,
    allowed: [],
  };
  check(
    'unproven',
    token === undefined,
    `the credential cannot be proven before it is written: the user of ${source.context} may not create tokens of ${namespace}/${accountName}`,
    'use a context that may create serviceaccounts/token',
  );
  const proof =
    token === undefined
      ? undefined
      : await probe(
          contextName,
          parseStored(buildFor(candidate, token), contextName),
          controlPlane.operator?.watches ?? [options.destNamespace],
          limits,
        );
  if (proof !== undefined) judgeProof(proof, candidate.serviceAccount, source.context, controlPlane, check);
  return { ...candidate, proof, allowed: [...allowed] };
};

/** How the operator will dial: what a flag says, what is stored already, else what the user's own context says of that very server. */
const wayTo = (
  server: string,
  { name, cluster }: SelectedContext,
  options: CreateOptions,
  kept: Kept,
): Omit<Endpoint, 'caPem' | 'insecure'> => {
  const same = options.server === undefined && kept.server === undefined;
  const tlsServerName = options.tlsServerName ?? kept.tlsServerName ?? ((same && cluster.tlsServerName) || undefined);
  const proxyUrl = options.proxyUrl ?? kept.proxyUrl ?? ((same && cluster.proxyUrl) || undefined);
  const unfit = proxyUrl === undefined ? undefined : proxyFault(proxyUrl);
  if (unfit !== undefined)
    throw usage(
      `refused: the operator would not use the proxy ${shownUrl(proxyUrl ?? '')} of ${name}: ${unfit}`,
      'correct it in the kubeconfig, or pass another with --proxy-url http://host:3128',
    );
  return { server, ...(tlsServerName === undefined ? {} : { tlsServerName }), ...(proxyUrl === undefined ? {} : { proxyUrl }) };
};
const keptLines = (server: string, { name, server: own }: SelectedContext, options: CreateOptions, kept: Kept): readonly string[] =>
  options.server === undefined && kept.server !== undefined && !sameServer(own, server)
    ? [`keeps the server ${withoutUser(server)} (${name} has ${withoutUser(own)}; --server changes it)`]
    : [];
const duplicateCluster = (controlPlane: ControlPlane, contextName: string, uid: string | undefined, server: string): string | undefined => {
  if (!controlPlane.clientConfigs.ok) return undefined;
  for (const config of controlPlane.clientConfigs.value) {
    if (effectiveContext(config) === contextName) continue;
    const secret = controlPlane.secrets.get(`${config.metadata.namespace ?? ''}/${config.spec?.kubeConfigSecret?.name ?? ''}`);
    if (secret?.ok !== true || secret.value?.kubeconfig === undefined) continue;
    const recorded = secret.value.annotations[annotation.sourceCluster];
    const stored = parseStored(kubeconfigBytes(secret.value.kubeconfig), effectiveContext(config));
    if ((uid !== undefined && recorded === uid) || (stored.ok && stored.value.server === server))
      return `ClientConfig ${config.metadata.namespace}/${config.metadata.name}`;
  }
  return undefined;
};
const chooseOperator = (operators: readonly Operator[], context: string, options: CreateOptions): Operator | undefined => {
  const here = operators.filter(({ namespace }) => options.sourceNamespace === undefined || namespace === options.sourceNamespace);
  const candidates = dataPlaneOperators(here);
  if (candidates.length < 2) return candidates[0];
  throw new UserError(
    `${context} has ${candidates.length} operators: ${candidates
      .map(({ namespace, name }) => `${namespace}/${name}`)
      .sort()
      .join(', ')}`,
    'choose one with --source-namespace',
    2,
  );
};

/** A token of ten minutes that stores nothing anywhere, to prove the account with before anything is written. */
const shortToken = async (source: Connection, account: Account): Promise<Credential | undefined> => {
  try {
    return (await requestToken(source, account, 600)).token;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 403) return undefined;
    throw error;
  }
};

type Check = (code: Override, broken: boolean, message: string, fix: string) => void;
const judgeProof = (
  proof: Probe,
  account: Candidate['serviceAccount'],
  context: string,
  controlPlane: ControlPlane,
  check: Check,
): void => {
  const { reach, tls, version, identity, access, crds } = proof;
  for (const step of [reach, tls, version, identity]) {
    if (step.status === 'fail')
      throw new UserError(
        `refused: ${context} does not accept the new credential: ${step.detail}`,
        'see what kubectl says of that API server, then run this again',
      );
  }
  const wanted = `system:serviceaccount:${account.namespace}:${account.name}`;
  const actual = identity.status === 'pass' ? identity.value.username : undefined;
  check(
    'wrong-identity',
    actual !== undefined && actual !== wanted,
    `the token is ${actual}, not ${wanted}`,
    'choose the account with --service-account',
  );
  const lacking = access.status === 'pass' ? access.value.missing : undefined;
  const summary = lacking
    ?.slice(0, 3)
    .map(({ verb, resource, namespace }) => `${verb} ${resource}${namespace === undefined ? ' in all namespaces' : ` in ${namespace}`}`);
  check(
    'missing-access',
    lacking === undefined || lacking.length > 0,
    lacking === undefined
      ? `the rights of ${wanted} in ${context} could not be read`
      : `${wanted} lacks ${lacking.length} rights in ${context}: ${summary?.join(', ')}${lacking.length > 3 ? ', ...' : ''}`,
    `install the operator there for the namespaces that the control plane watches (${watched(controlPlane)})`,
  );
  const absent = crds.status === 'pass' ? crds.value.missing : undefined;
  check(
    'missing-crds',
    absent === undefined || absent.length > 0,
    absent === undefined ? `the CRDs of ${context} could not be read` : `${context} does not serve ${absent.join(', ')}`,
    'install the K8ssandra Operator and its CRDs there',
  );
};
const watched = ({ operator }: ControlPlane): string =>
  operator === undefined ? 'unknown' : operator.watches === 'all' ? 'all' : operator.watches.join(', ');

const buildFor = ({ contextName, endpoint }: Pick<Candidate, 'contextName' | 'endpoint'>, token: Credential): string =>
  buildStored({ ...endpoint, contextName, token });

/** The data-plane side: our own token Secret. */
export const tokenSecretWrite = ({ source, serviceAccount, tokenSecret: { name }, owner }: Candidate): Promise<Write> =>
  writeOf<Secret>(
    source,
    kinds.secret,
    tokenSecretManifest(serviceAccount, name, owner),
    () => [],
    `token of ${serviceAccount.namespace}/${serviceAccount.name}, revocable, never expires`,
  );
export const newToken = async (
  { source, serviceAccount, tokenSecret: { name }, ttl }: Candidate,
  limits: Limits,
  patience: number,
): Promise<Credential> => {
  if (ttl === undefined) return awaitToken(source, serviceAccount, { namespace: serviceAccount.namespace, name }, patience, limits);
  const { token, lives } = await requestToken(source, serviceAccount, ttl);
  refuseShortLife(source.context, ttl, lives);
  return token;
};

/** The control-plane side: Secret first, then ClientConfig. Never a hash annotation: the operator would take it for loaded. */
export const manifests = (
  candidate: Candidate,
  token: Credential,
  destNamespace: string,
): { secret: Secret; clientConfig: ClientConfig } => {
  const { objectName: name, secretName, contextName, serviceAccount, tokenSecret, clusterUid, source, allowed, owner, ttl } = candidate;
  const annotations = {
    [annotation.sourceContext]: source.context,
    [annotation.serviceAccount]: `${serviceAccount.namespace}/${serviceAccount.name}`,
    ...(ttl === undefined ? { [annotation.tokenSecret]: `${serviceAccount.namespace}/${tokenSecret.name}` } : {}),
    [annotation.controlPlane]: owner.controlPlanes[0],
    [annotation.clientConfig]: owner.clientConfig,
    ...(clusterUid === undefined ? {} : { [annotation.sourceCluster]: clusterUid }),
    ...(allowed.length === 0 ? {} : { [annotation.allowed]: [...allowed].sort().join(',') }),
  };
  return {
    secret: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName, namespace: destNamespace, labels: managedBy, annotations },
      type: 'Opaque',
      data: { kubeconfig: Buffer.from(buildFor(candidate, token)).toString('base64') },
    },
    clientConfig: {
      apiVersion: 'config.k8ssandra.io/v1beta1',
      kind: 'ClientConfig',
      metadata: { name, namespace: destNamespace, labels: managedBy },
      spec: { contextName, kubeConfigSecret: { name: secretName } },
    },
  };
};
const specDifferences = ({ spec: before }: ClientConfig, { spec: wanted }: ClientConfig): string[] => [
  ...(before?.contextName === wanted?.contextName
    ? []
    : [`spec.contextName: ${before?.contextName ?? '(none)'} -> ${wanted?.contextName}`]),
  ...(before?.kubeConfigSecret?.name === wanted?.kubeConfigSecret?.name
    ? []
    : [`spec.kubeConfigSecret.name: ${before?.kubeConfigSecret?.name ?? '(none)'} -> ${wanted?.kubeConfigSecret?.name}`]),
];
export const controlPlaneWrites = async (
  connection: Connection,
  candidate: Candidate,
  token: Credential,
  destNamespace: string,
): Promise<{ secret: Write<Secret>; clientConfig: Write }> => {
  const { secret, clientConfig } = manifests(candidate, token, destNamespace);
  const [secretWrite, clientConfigWrite] = await Promise.all([
    writeOf<Secret>(connection, kinds.secret, secret, secretDifferences(candidate.contextName), `kubeconfig, token ${token.fingerprint}`),
    writeOf<ClientConfig>(connection, kinds.clientConfig, clientConfig, specDifferences, `contextName ${candidate.contextName}`),
  ]);
  return { secret: secretWrite, clientConfig: clientConfigWrite };
};

/** All token Secrets, then all Secrets, then all ClientConfigs; everything is taken back when one write fails. */
export const execute = async (
  candidates: readonly Candidate[],
  control: { connection: Connection; namespace: string },
  journal: Journal,
  limits: Limits,
  patience: number,
  say: (line: string) => void,
): Promise<readonly Write[]> => {
  const done: Write[] = [];
  const write = async (one: Write): Promise<void> => {
    await journal.write(one);
    done.push(one);
    say(
      `${one.action === 'unchanged' ? 'unchanged' : `${one.action}d`} ${nameOf(one)} in ${one.connection.context}${one.action === 'update' ? ` (${one.note})` : ''}`,
    );
  };
  const writes: { secret: Write<Secret>; clientConfig: Write }[] = [];
  for (const candidate of candidates) {
    if (candidate.ttl === undefined && candidate.tokenSecret.token === undefined) await write(await tokenSecretWrite(candidate));
    const token = candidate.tokenSecret.token ?? (await newToken(candidate, limits, patience));
    await proveFinal(candidate, token, limits);
    const pair = await controlPlaneWrites(control.connection, candidate, token, control.namespace);
    refuseUnderWay(pair.secret.before);
    refuseRival(candidate, pair.secret);
    writes.push(pair);
  }
  for (const { secret } of writes) await write(secret);
  for (const { clientConfig } of writes) await write(clientConfig);
  if (done.some(({ action }) => action !== 'unchanged'))
    await Promise.all(writes.map((one, index) => lookAgain(control.connection, one, candidates[index])));
  return done;
};
/** What was written is there together: a deletion at the same time may have taken one of them, which a conflict does not always show. */
const lookAgain = async (
  connection: Connection,
  { secret, clientConfig }: { secret: Write<Secret>; clientConfig: Write },
  candidate: Candidate | undefined,
): Promise<void> => {
  const { namespace, name } = secret.object.metadata;
  const stored = await currentSecret(connection, secret.object);
  const where = clientConfig.object.metadata;
  const config = required(
    await getObject(connection, kinds.clientConfig, where.namespace, where.name),
    `ClientConfig ${where.namespace}/${where.name}`,
    connection.context,
  );
  const lost =
    config === undefined || config.metadata.deletionTimestamp !== undefined
      ? `ClientConfig ${where.namespace}/${where.name} is deleted`
      : stored === undefined || isBeingDeleted(stored)
        ? `Secret ${namespace}/${name} is deleted`
        : stored.data?.['kubeconfig'] !== secret.object.data?.['kubeconfig']
          ? `Secret ${namespace}/${name} was changed`
          : (await isRevoked(candidate))
            ? 'its token is revoked'
            : undefined;
  if (lost !== undefined)
    throw new UserError(`refused: meanwhile ${lost} by another run`, 'see what the other one has done, then run this again');
};
const isRevoked = async (candidate: Candidate | undefined): Promise<boolean> => {
  // A token with an end lives in no Secret.
  if (candidate === undefined || candidate.ttl !== undefined) return false;
  const { source, serviceAccount, tokenSecret } = candidate;
  const found = await getObject(source, kinds.secret, serviceAccount.namespace, tokenSecret.name);
  return found.ok && (found.value === undefined || found.value.metadata.deletionTimestamp !== undefined);
};
/** Of two runs at once the later one must not put its token over that of the other, which would be left behind, alive. */
const refuseRival = ({ noted, serviceAccount, tokenSecret }: Candidate, { before }: Write): void => {
  const now = before?.metadata.annotations?.[annotation.tokenSecret];
  if (now === undefined || now === noted || now === `${serviceAccount.namespace}/${tokenSecret.name}`) return;
  throw new UserError(
    `refused: another run has stored Secret ${before?.metadata.namespace}/${before?.metadata.name} meanwhile`,
    'run this again; if it comes again, delete that Secret when no ClientConfig names it',
  );
};
/** Why a token Secret of ours must stay on a roll-back: someone else's create has stored its token meanwhile. */
export const tokenInUse =
  (candidates: readonly Candidate[], control: { connection: Connection; namespace: string }) =>
  async ({ object }: Write): Promise<string | undefined> => {
    const of = candidates.find(
      ({ tokenSecret, serviceAccount }) =>
        object.metadata.name === tokenSecret.name && object.metadata.namespace === serviceAccount.namespace,
    );
    if (of === undefined) return undefined;
    const path = apiPath(kinds.secret, control.namespace, of.secretName);
    const answer = await control.connection.request({ path, mustFinish: true }).catch(() => undefined);
    const stored = answer?.status === 200 ? (answer.body as Secret) : undefined;
    return stored?.metadata.annotations?.[annotation.tokenSecret] === `${of.serviceAccount.namespace}/${of.tokenSecret.name}`
      ? 'another run has stored its token'
      : undefined;
  };
/** The stored token itself, not only the account, must be accepted before it is stored. */
const proveFinal = async (candidate: Candidate, token: Credential, limits: Limits): Promise<void> => {
  if (candidate.tokenSecret.token !== undefined && candidate.proof !== undefined) return;
  const { identity, reach, tls } = await probe(
    candidate.contextName,
    parseStored(buildFor(candidate, token), candidate.contextName),
    [],
    limits,
  );
  const broken = [reach, tls, identity].find(step => step.status === 'fail');
  if (broken?.status === 'fail')
    throw new UserError(
      `${candidate.source.context} does not accept the token of Secret ${candidate.tokenSecret.name}: ${broken.detail}`,
      'run this again in a moment',
    );
};
