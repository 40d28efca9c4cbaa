import { kubectl, type Sentence, sentence, sentenceText } from '../../base/advice.ts';
import { credential } from '../../base/credential.ts';
import { printable, UserError, usage } from '../../base/errors.ts';
import { readCa } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { type Connection, connectUser, type Limits, withCaData } from '../../kube/api/connection.ts';
import { type SelectedContext, selectContext } from '../../kube/kubeconfig/select.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import { span } from '../../output/layout.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { planLines } from '../../output/plan.ts';
import { changeLine } from '../../plan/changes.ts';
import type { Candidate } from '../../plan/create/candidate.ts';
import { destinationOf } from '../../plan/create/destination.ts';
import { execute, tokenInUse } from '../../plan/create/execute.ts';
import { prepare } from '../../plan/create/prepare.ts';
import { controlPlaneWrites, manifests, newToken, tokenSecretWrite } from '../../plan/create/writes.ts';
import { changeOf, openJournal, plannedBy, type Write } from '../../plan/journal.ts';
import { guardWith, overridesOf } from '../../plan/refusals.ts';
import { operatorToLoad } from '../../plan/registration.ts';
import { requireRenewer } from '../../plan/renewer.ts';
import { touchedBy } from '../../plan/restart.ts';
import { refuseAddresses } from '../addresses.ts';
import { allowed, names, styleOf, timeLimit, tokenLife } from '../options.ts';
import type { Session } from '../session.ts';
import { type CreateArgs, create as createUsage } from './usage.ts';
import { type Writing, withWriting } from './writing.ts';

/** Proves every data plane, shows the plan, writes it, and waits for the operator if that is asked for; the data planes may have a kubeconfig of their own. */
export const clientconfigCreate = async (io: IO, args: CreateArgs, sourceConfig?: UserKubeconfig): Promise<void> => {
  const sources = names(args['from-context']);
  const settings = await validate(io, args, sources);
  const patience = timeLimit(args.timeout, '--timeout');
  await withWriting(io, args, { verb: 'create', usage: createUsage }, async (session, writing) => {
    const { connection, limits } = session;
    const controlPlane = await readControlPlane(connection, args.namespace ?? args['dest-namespace']);
    if (settings.ttl !== undefined) await requireRenewer(connection, operatorToLoad(controlPlane).namespace);
    const destNamespace = destinationOf(controlPlane, args['dest-namespace'] ?? args.namespace, guardWith(settings.allow));
    const candidates = await candidatesOf(session, sources, sourceConfig, (source, selected) =>
      prepare(source, selected, controlPlane, { ...settings, destNamespace }, limits),
    );
    refuseMeetingNames(candidates);
    for (const { unknown } of candidates) if (unknown !== undefined) writing.unknown(unknown);
    const control = { connection, namespace: destNamespace };
    if (args.output === 'yaml') return await emit(io, session, candidates, control, patience, args['dry-run'] === true);
    const plans = await planned(candidates, control);
    for (const line of planLines(controlPlane, destNamespace, plans, styleOf(io, args))) writing.say(line);
    const writes = plans.flatMap(one => one.writes);
    const changes = writes.filter(one => one.connection === connection).map(touchedBy);
    const what = `create ${candidates.map(({ objectName }) => objectName).join(', ')}`;
    if (!(await writing.agreed({ controlPlane, steps: writes.map(plannedBy), touched: changes, what }))) return;
    await writeAll(candidates, control, limits, patience, writing);
    if (args.wait === true)
      await writing.load(
        candidates.map(({ objectName }) => ({ namespace: destNamespace, name: objectName })),
        patience,
      );
  });
};
/** Each data plane through the user's own context of it. */
const candidatesOf = async (
  { config, limits, opened }: Session,
  sources: readonly string[],
  sourceConfig: UserKubeconfig | undefined,
  candidate: (source: Connection, selected: SelectedContext) => Promise<Candidate>,
): Promise<readonly Candidate[]> => {
  const selections = await Promise.all(
    sources.map(async source => {
      const context = selectContext(sourceConfig ?? config, { context: source }, '--from-context');
      return { ...context, cluster: await withCaData(context) };
    }),
  );
  return Promise.all(
    selections.map(async selected => {
      const source = await connectUser(selected, limits);
      opened.push(source);
      return candidate(source, selected);
    }),
  );
};

const validate = async (io: IO, args: CreateArgs, sources: readonly string[]) => {
  if (sources.length === 0)
    throw usage('--from-context is missing: it says which data plane to register', 'pass its kubeconfig context with --from-context');
  const duplicate = sources.find((source, index) => sources.indexOf(source) !== index);
  if (duplicate !== undefined) throw usage(`--from-context names ${duplicate} twice`, 'name each data plane once');
  const singleFlag =
    sources.length < 2
      ? undefined
      : (['NAME', 'server', 'tls-server-name', 'ca-file', 'proxy-url'] as const).find(name => args[name] !== undefined);
  if (singleFlag !== undefined)
    throw usage(
      `${singleFlag === 'NAME' ? 'NAME' : `--${singleFlag}`} fits one data plane only, and --from-context names ${sources.length}`,
      'run the command once for each of them',
    );
  refuseAddresses(args);
  for (const flag of ['dest-namespace', 'source-namespace', 'namespace'] as const) {
    const value = args[flag];
    if (value !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value))
      throw usage(`--${flag} "${value}" is not a namespace name`, 'use lower case letters, digits and dashes');
  }
  if (args.NAME !== undefined && (args.NAME === '' || /\s/.test(args.NAME)))
    throw usage(`NAME "${args.NAME}" is empty or has a blank in it`, 'pass the context name as datacenters will write it in k8sContext');
  return {
    name: args.NAME,
    sourceNamespace: args['source-namespace'],
    serviceAccount: args['service-account'],
    server: args.server,
    tlsServerName: args['tls-server-name'],
    caPem: args['ca-file'] === undefined ? undefined : await readCa(io, args['ca-file'], '--ca-file'),
    proxyUrl: args['proxy-url'],
    ttl: args['token-ttl'] === undefined ? undefined : tokenLife(args['token-ttl']),
    allow: allowed(args.allow, overridesOf('create')),
  };
};

const refuseMeetingNames = (candidates: readonly Candidate[]): void => {
  for (const [index, { clusterUid, source }] of candidates.entries()) {
    const twin = candidates.slice(index + 1).find(other => clusterUid !== undefined && other.clusterUid === clusterUid);
    if (twin !== undefined)
      throw new UserError(`refused: ${source.context} and ${twin.source.context} are the same cluster`, 'name it once');
  }
};

interface Control {
  readonly connection: Connection;
  readonly namespace: string;
}
/** The plan as it stands before anything is written: a token that is yet to come shows as new. */
const planned = (candidates: readonly Candidate[], control: Control) =>
  Promise.all(
    candidates.map(async candidate => {
      const token = candidate.tokenSecret.token;
      const { secret, clientConfig } = await controlPlaneWrites(control.connection, candidate, token ?? placeholder, control.namespace);
      const life = candidate.ttl === undefined ? 'never expires' : `ends after ${span(candidate.ttl * 1000)}`;
      return {
        candidate,
        writes: [
          ...(token === undefined && candidate.ttl === undefined ? [await tokenSecretWrite(candidate)] : []),
          token === undefined ? { ...secret, note: noteOf(secret, life) } : secret,
          clientConfig,
        ],
      };
    }),
  );

const placeholder = credential('a token that is yet to come');
const noteOf = ({ action, note }: Write, life: string): string =>
  action === 'update' ? note.replaceAll(placeholder.fingerprint, `a new one, which ${life}`) : `kubeconfig with a new token, ${life}`;

const writeAll = async (
  candidates: readonly Candidate[],
  control: Control,
  limits: Limits,
  patience: number,
  writing: Writing,
): Promise<void> => {
  const journal = openJournal(limits);
  try {
    await execute(candidates, control, journal, limits, patience, write => writing.did(changeOf(write)));
  } catch (error) {
    for (const change of await journal.rollBack(tokenInUse(candidates, control))) writing.undid(change);
    throw error;
  }
};

/** Manifests on stdout and nothing else. The token they need must exist, so its Secret in the data plane is made. */
const emit = async (
  io: IO,
  { limits, target }: Session,
  candidates: readonly Candidate[],
  control: Control,
  patience: number,
  dryRun: boolean,
): Promise<void> => {
  const journal = openJournal(limits);
  try {
    const documents = [];
    for (const candidate of candidates) {
      const token = candidate.tokenSecret.token;
      if (dryRun && token === undefined)
        throw usage(
          `no token exists yet in ${candidate.source.context}, and --dry-run makes none`,
          'leave --dry-run out: -o yaml writes nothing but that token Secret',
        );
      const made = token === undefined && candidate.ttl === undefined;
      if (made) await journal.write(await tokenSecretWrite(candidate));
      io.err(
        `${whereTokenIs(candidate, made)
          .map(line => printable(sentenceText(line, target)))
          .join('\n')}\n`,
      );
      const { secret, clientConfig } = manifests(candidate, token ?? (await newToken(candidate, limits, patience)), control.namespace);
      documents.push(secret, clientConfig);
    }
    io.out(manifestYaml(documents));
  } catch (error) {
    for (const change of await journal.rollBack()) io.err(`${printable(changeLine(change))}\n`);
    throw error;
  }
};
/** The manifests hold a token that is good whether they are applied or not, and nothing here knows of it until they are. */
const whereTokenIs = (candidate: Candidate, made: boolean): readonly Sentence[] => {
  const { source, serviceAccount, tokenSecret, ttl } = candidate;
  const { context } = source;
  const { namespace } = serviceAccount;
  const { name } = tokenSecret;
  if (ttl !== undefined)
    return [
      `the token in the manifests ends after ${span(ttl * 1000)}; it lives in no Secret of ${context}, so it cannot be revoked before`,
    ];
  const lookLine = sentence`look:  ${kubectl(context, '-n', namespace, 'get', 'secret', name)}`;
  // One that was there already may be in use.
  if (!made) return [`the manifests hold the token of Secret ${namespace}/${name} in ${context}, which was there already`, lookLine];
  return [
    `created Secret ${namespace}/${name} in ${context}: the manifests hold its token, which is good from now on`,
    lookLine,
    sentence`do:    if the manifests are never applied, revoke it with ${kubectl(context, '-n', namespace, 'delete', 'secret', name)}`,
  ];
};
