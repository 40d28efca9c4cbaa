import { type CommandLine, ours, sentence, throughAny } from '../base/advice.ts';
import { type Credential, reveal } from '../base/credential.ts';
import { UserError, usage } from '../base/errors.ts';
import { operatorStart } from '../checks/start.ts';
import type { ControlPlane, Inventory } from '../fleet/inventory.ts';
import { annotation, isBeingDeleted, isManaged } from '../kube/annotations.ts';
import type { Connection } from '../kube/api/connection.ts';
import { demandObject, getObject, required } from '../kube/api/objects.ts';
import { configKey } from '../kube/key.ts';
import { apiPath, type ClientConfig, kinds, type Secret } from '../kube/kinds.ts';
import { storedInSecret } from '../kube/kubeconfig/in-secret.ts';
import type { Rewritten } from '../kube/kubeconfig/rewrite.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import type { Operator } from '../operator/environment.ts';
import { NoOperatorError } from '../operator/no-operator.ts';
import { effectiveContext, watchedInOrder } from '../operator/references.ts';
import type { Owner } from './owner.ts';
import { type Guard, refusal } from './refusals.ts';
import { claimOf } from './rotate/claim.ts';

/** A registration that can be changed: ClientConfig and Secret as the API has them, and the token that the Secret stores. */
export interface LiveRegistration {
  /** `namespace/name` of the ClientConfig */
  readonly key: string;
  readonly contextName: string;
  readonly config: ClientConfig;
  readonly secret: Secret;
  readonly stored: StoredKubeconfig;
  readonly token: Credential;
}

/** The ClientConfigs that people mean: by name, by namespace/name, or by the context they provide. Exit 2 for a name nobody knows. */
export const selectConfigs = (controlPlane: ControlPlane, wanted: readonly string[]): readonly ClientConfig[] => {
  const all = required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context);
  return [
    ...new Map(
      wanted.map(name => {
        const matches = matching(all, name);
        const [first, ...others] = matches;
        if (first === undefined)
          throw usage(
            `there is no ClientConfig ${name} in ${controlPlane.context}`,
            sentence`run ${ours('clientconfig list')} to see them all`,
          );
        if (others.length > 0)
          throw usage(
            `${name} is the name${others.some(({ metadata }) => metadata.name !== name) ? ' or the context' : ''} of ${matches.length} ClientConfigs: ${matches.map(configKey).join(', ')}`,
            'name it with its namespace, as in namespace/name',
          );
        return [configKey(first), first];
      }),
    ).values(),
  ];
};
const matching = (all: readonly ClientConfig[], name: string): readonly ClientConfig[] => {
  const byKey = all.filter(config => configKey(config) === name);
  if (byKey.length > 0) return byKey;
  const byName = all.filter(({ metadata }) => metadata.name === name);
  const byContext = all.filter(config => effectiveContext(config) === name);
  // Whoever names an object as the context of another must not have it taken for that one.
  return byName.some(config => byContext.includes(config)) ? byName : [...byName, ...byContext];
};
/** No ClientConfig is called so, nor provides a context of that name. */
export const isNobody = ({ clientConfigs }: ControlPlane, name: string): boolean =>
  clientConfigs.ok && matching(clientConfigs.value, name).length === 0;

/** The ClientConfigs of the namespaces that the operator watches, in its order. */
export const watchedConfigs = (controlPlane: ControlPlane): readonly ClientConfig[] =>
  watchedInOrder(required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context), controlPlane.operator?.watches ?? 'all');

/** What an operator watches that reads ClientConfigs of these namespaces: where it is not known which one does, no more than these. */
export const watchesFor = ({ operator }: ControlPlane, configs: readonly ClientConfig[]): readonly string[] | 'all' =>
  operator?.watches ?? [...new Set(configs.map(({ metadata: { namespace } }) => namespace))];

/** The operator whose ClientConfigs these are; without one there is nothing that could load a change. */
export const operatorToLoad = ({ operator, operators, context }: ControlPlane): Operator => {
  if (operator !== undefined) return operator;
  const all = required(operators, 'the operators', context);
  if (all.length === 0) throw new NoOperatorError(context);
  throw new UserError(
    all.some(({ controlPlane }) => controlPlane)
      ? `which operator of ${context} is to read the change is not clear: ${all.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}`
      : `${context} has no control-plane operator`,
    'choose the control plane with --context and its namespace with -n',
  );
};

/** Reads the Secret afresh and parses it. Throws when the operator could not use it, or when there is no token in it. */
export const readRegistration = async (connection: Connection, config: ClientConfig): Promise<LiveRegistration> => {
  const key = configKey(config);
  const contextName = effectiveContext(config);
  const name = config.spec?.kubeConfigSecret?.name ?? '';
  const namespace = config.metadata.namespace ?? '';
  const again = sentence`make it whole with ${throughAny('clientconfig create', [contextName])}`;
  const secret =
    name === ''
      ? undefined
      : required(await getObject(connection, kinds.secret, namespace, name), `Secret ${namespace}/${name}`, connection.context);
  if (secret === undefined) throw new UserError(`ClientConfig ${key} names the Secret ${namespace}/${name}, which does not exist`, again);
  if (isBeingDeleted(secret)) throw deletedNow(secret, config.metadata.name);
  const kubeconfig = storedInSecret(secret, contextName);
  if (kubeconfig === undefined) throw new UserError(`Secret ${namespace}/${name} has no key kubeconfig`, again);
  if (!kubeconfig.ok) throw new UserError(`Secret ${namespace}/${name} holds no usable kubeconfig: ${kubeconfig.message}`, again);
  const { token, auth } = kubeconfig.value;
  if (token === undefined || reveal(token) === '')
    throw new UserError(`the kubeconfig of ${key} authenticates by ${auth.join(', ') || 'nothing'}, not by a token`, again);
  return { key, contextName, config, secret, stored: kubeconfig.value, token };
};

/**
 * How this control plane marks what is its own: the uid of kube-system, and its address for a user who may not read that. Throws where
 * the uid could not be read for any other reason: what is marked with it would be taken for another control plane's, and left behind.
 */
export const controlPlaneIds = ({ clusterUid, server, context }: ControlPlane): readonly [string, ...string[]] => {
  if (!clusterUid.ok && clusterUid.reason === 'forbidden') return [server];
  const uid = required(clusterUid, 'Namespace kube-system', context);
  if (uid !== undefined) return [uid, server];
  throw new UserError(`cannot read Namespace kube-system in ${context}: it is not found, and every cluster has it`, 'run this again');
};
/** Who may not read the uid cannot tell whose a Secret is that is marked with one: to take it for another's would leave its token alive. */
export const refuseUnknownMark = (
  { clusterUid, context }: ControlPlane,
  { namespace, name, annotations = {} }: Secret['metadata'],
): void => {
  const mark = annotations[annotation.controlPlane];
  if (mark === undefined || mark.includes('://')) return;
  required(clusterUid, `Namespace kube-system, whose uid is to show whose Secret ${namespace}/${name} is,`, context);
};
export const ownerOf = (controlPlane: ControlPlane, clientConfig: string): Owner => ({
  controlPlanes: controlPlaneIds(controlPlane),
  clientConfig,
});

const deletedNow = ({ metadata: { namespace, name } }: Secret, clientConfig: string): UserError =>
  new UserError(
    `refused: Secret ${namespace}/${name} is being deleted`,
    sentence`finish that with ${ours('clientconfig delete', [clientConfig])}`,
  );
/** What another command is at with a Secret is not mixed with anything: its rotation, or its deletion, comes to an end first. */
export const refuseUnderWay = (secret: Secret | undefined): void => {
  if (secret === undefined) return;
  const { namespace, name, annotations = {} } = secret.metadata;
  if (isBeingDeleted(secret)) throw deletedNow(secret, annotations[annotation.clientConfig] ?? name);
  if (claimOf(secret) !== undefined)
    throw new UserError(
      `refused: a rotation of Secret ${namespace}/${name} is under way`,
      sentence`wait for it; if its process is gone, finish it with ${ours('clientconfig rotate', [], '--resume')}`,
    );
};

/** Over a Secret that holds more than a kubeconfig, and that this program has not made, nothing is written. */
export const refuseForeign = (before: Secret | undefined, fix: string): void => {
  if (before === undefined || isManaged(before.metadata)) return;
  if (Object.keys(before.data ?? {}).every(name => name === 'kubeconfig')) return;
  throw new UserError(
    `refused: Secret ${configKey(before)} exists and holds more than a kubeconfig, and was not made by this program`,
    fix,
  );
};

/** The stored Secret as it is now. */
export const currentSecret = async (connection: Connection, { metadata: { namespace, name } }: Secret): Promise<Secret | undefined> =>
  required(await getObject(connection, kinds.secret, namespace, name, true), `Secret ${namespace}/${name}`, connection.context);

/** Replaces the Secret as it was read; someone else's change in between is a conflict, and nothing is mixed. */
export const putSecret = (connection: Connection, secret: Secret): Promise<Secret> =>
  demandObject(
    connection,
    `update Secret ${secret.metadata.namespace}/${secret.metadata.name}`,
    {
      method: 'PUT',
      path: apiPath(kinds.secret, secret.metadata.namespace, secret.metadata.name),
      body: { ...secret, apiVersion: 'v1', kind: 'Secret' },
      mustFinish: true,
    },
    kinds.secret,
  );
export const withAnnotations = (secret: Secret, changes: Readonly<Record<string, string | undefined>>): Secret => ({
  ...secret,
  metadata: {
    ...secret.metadata,
    annotations: Object.fromEntries(
      Object.entries({ ...secret.metadata.annotations, ...changes }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  },
});
export const withKubeconfig = (secret: Secret, kubeconfig: string): Secret => ({
  ...secret,
  data: { ...secret.data, kubeconfig: Buffer.from(kubeconfig, 'utf8').toString('base64') },
});

/** The stored kubeconfig changed by a rewrite, everything else in it as it was. */
export const rewrittenKubeconfig = (
  { key, contextName, secret }: Pick<LiveRegistration, 'key' | 'contextName' | 'secret'>,
  rewrite: (kubeconfig: Uint8Array) => Rewritten,
): string => {
  const result = rewrite(Buffer.from(secret.data?.['kubeconfig'] ?? '', 'base64'));
  if (result.ok) return result.text;
  throw new UserError(
    `refused: the stored kubeconfig of ${key} cannot be changed and keep the rest of it: ${result.why}`,
    sentence`make it whole with ${throughAny('clientconfig create', [contextName])}`,
  );
};

/** Refuses a change that restarts an operator which would not come up again for another reason; a flag lifts that, or a command does it all the same. */
export const refuseRestartIntoCrash = (
  controlPlane: ControlPlane,
  without: readonly string[],
  guard: Guard | string | CommandLine,
): void => {
  const { clientConfigs } = controlPlane;
  const left: ControlPlane = clientConfigs.ok
    ? { ...controlPlane, clientConfigs: { ok: true, value: clientConfigs.value.filter(config => !without.includes(configKey(config))) } }
    : controlPlane;
  const inventory: Inventory = { now: 0, source: 'cluster', warnBeforeDays: 0, controlPlane: left, contexts: [], places: new Map() };
  const start = operatorStart(inventory);
  if (start.verdict !== 'does-not-start') return;
  const subject = {
    why: `this change restarts the operator, and it would not come up: ${start.culprit === undefined ? '' : `ClientConfig ${start.culprit}: `}${start.message}`,
    cure: sentence`fix that first (${ours('contexts check')})`,
  };
  if (typeof guard === 'string') throw refusal('would-not-start', subject, guard);
  if ('program' in guard)
    throw new UserError(
      `refused: ${subject.why}`,
      sentence`fix that first (${ours('contexts check')}), or restart it all the same with ${guard}`,
    );
  guard.refuse('would-not-start', subject);
};
