import { type CommandLine, type Sentence, sentence, throughAny } from '../../base/advice.ts';
import { throwIfOver } from '../../base/deadline.ts';
import { usage } from '../../base/errors.ts';
import { readCa } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { contextsOfServer } from '../../fleet/from-cluster/user-context.ts';
import { annotation } from '../../kube/annotations.ts';
import { connectUser } from '../../kube/api/connection.ts';
import { configKey } from '../../kube/key.ts';
import { selectContext } from '../../kube/kubeconfig/select.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import { knownCas } from '../../plan/fitting-ca.ts';
import { guardWith, overridesOf } from '../../plan/refusals.ts';
import { type LiveRegistration, readRegistration, refuseRestartIntoCrash, selectConfigs, watchesFor } from '../../plan/registration.ts';
import { executeUpdate, planUpdate } from '../../plan/update.ts';
import { refuseAddresses } from '../addresses.ts';
import { again } from '../again.ts';
import { allowed, timeLimit } from '../options.ts';
import { create, type UpdateArgs, update as updateUsage } from './usage.ts';
import { withWriting } from './writing.ts';

export const clientconfigUpdate = async (io: IO, args: UpdateArgs): Promise<void> => {
  const { server, 'tls-server-name': tlsServerName, 'ca-file': caFile, 'ca-from-context': caContext, 'proxy-url': proxyUrl } = args;
  if ([server, tlsServerName, caFile, caContext, proxyUrl].every(value => value === undefined))
    throw usage('nothing to change', 'pass --server, --ca-file, --ca-from-context, --proxy-url or --tls-server-name');
  if (caFile !== undefined && caContext !== undefined)
    throw usage('--ca-file and --ca-from-context exclude each other', 'pass one of them');
  refuseAddresses(args);
  const caPem = caFile === undefined ? undefined : await readCa(io, caFile, '--ca-file');
  const allow = allowed(args.allow, overridesOf('update'));
  const patience = timeLimit(args.timeout, '--timeout');
  await withWriting(io, args, { verb: 'update', usage: updateUsage }, async ({ config: user, connection, limits, opened }, writing) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const [config] = selectConfigs(controlPlane, [args.NAME]);
    if (config === undefined) return;
    const guard = guardWith(allow);
    refuseRestartIntoCrash(controlPlane, [configKey(config)], guard);
    const registration = await readRegistration(connection, config);
    let cas: readonly string[] | undefined;
    if (caContext !== undefined) {
      const context = selectContext(user, { context: caContext }, '--ca-from-context');
      const source = await connectUser(context, limits);
      opened.push(source);
      cas = await knownCas(source, context);
    }
    const update = await planUpdate(
      registration,
      {
        server,
        tlsServerName,
        caPem,
        cas,
        proxyUrl,
        anew: createdAnew({ ...args, allow: [...allow] }, registration, user, controlPlane.operator?.namespace),
      },
      watchesFor(controlPlane, [config]),
      guard,
      limits,
    );
    const { namespace, name } = config.metadata;
    const object = `Secret ${configKey(update.registration.secret)}`;
    const { context } = connection;
    const note = update.differences.join(', ');
    const step = { will: note === '' ? 'keep' : 'update', object, context, note } as const;
    if (note !== '') for (const line of update.differences) writing.say(`~ ${line}`);
    const changes = [{ namespace, content: note !== '' }];
    if (!(await writing.agreed({ controlPlane, steps: [step], touched: changes, what: `update ${args.NAME}` }))) return;
    throwIfOver(limits);
    await executeUpdate(connection, update);
    writing.did({ did: 'updated', object, context, why: note }, `updated ${object} in ${context}`);
    if (args.wait === true) await writing.load([{ namespace, name }], patience);
  });
};

/** The command that stores this very way with a new credential, through the user's own context of the data plane. */
const createdAnew =
  (args: UpdateArgs, { contextName, config, secret }: LiveRegistration, user: UserKubeconfig, home: string | undefined) =>
  (server: string): Sentence | CommandLine => {
    // A context is taken for its server, never for what a note says of its name.
    const sourceContext = secret.metadata.annotations?.[annotation.sourceContext];
    const source = args['ca-from-context'] ?? contextsOfServer(user, server, sourceContext)[0];
    const { namespace } = config.metadata;
    const { server: address, 'tls-server-name': tlsServerName, 'ca-file': caFile, 'proxy-url': proxyUrl, allow = [] } = args;
    const createFlags = {
      NAME: contextName,
      ...(source === undefined ? {} : { 'from-context': source }),
      ...(namespace === home ? {} : { 'dest-namespace': namespace }),
      ...{ server: address, 'tls-server-name': tlsServerName, 'ca-file': caFile, 'proxy-url': proxyUrl },
      allow: allow.filter(one => overridesOf('create').some(code => code === one)),
    };
    const command = again(create, 'clientconfig create', createFlags, []);
    if (source === undefined || command === undefined) {
      const { flags } = command?.program === 'k8ssandra' ? command : { flags: [] };
      return sentence`make its credential anew together with it: ${throughAny('clientconfig create', [contextName], ...flags)}`;
    }
    return command;
  };
