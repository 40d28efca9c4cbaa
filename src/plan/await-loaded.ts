import { ours, sentence } from '../base/advice.ts';
import { UserError } from '../base/errors.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { storedSecretOf } from '../fleet/stored-secret.ts';
import type { Connection, Limits } from '../kube/api/connection.ts';
import { listObjects } from '../kube/api/lists.ts';
import { demandObject, getObject } from '../kube/api/objects.ts';
import { apiPath, kinds } from '../kube/kinds.ts';
import { operatorSelector } from '../operator/control-plane.ts';
import { operatorPodOf } from '../operator/environment.ts';
import { loadedState } from '../operator/hash.ts';
import { askUntil, seconds } from './backoff.ts';

/** Does work that takes up to so many milliseconds, and tells who looks on how long it has taken. */
export type Clock = <T>(limit: number, work: () => Promise<T>) => Promise<T>;

/** Waits until the operator's hash annotations equal ours and its pod is ready again. Exit 4 with what is still missing. */
export const awaitLoaded = async (
  connection: Connection,
  wanted: readonly { readonly namespace: string; readonly name: string }[],
  { operator }: ControlPlane,
  limits: Limits,
  patience: number,
  say: (line: string) => void,
  clock: Clock = (_, work) => work(),
): Promise<void> => {
  const startTime = performance.now();
  say(`waiting for the operator to read ${wanted.map(({ name }) => name).join(', ')}`);
  let missingNames = '';
  await clock(patience, () =>
    askUntil(
      async () => {
        const laggards = (await Promise.all(wanted.map(one => stateOf(connection, one)))).filter(({ state }) => state !== 'current');
        const ready = operator === undefined || (await podsReady(connection, operator.namespace));
        missingNames = laggards.length === 0 ? '' : laggards.map(({ name }) => name).join(' and ');
        return laggards.length === 0 && ready ? true : undefined;
      },
      { patience, first: 200, longest: 3000, growth: 1.5 },
      limits,
      () =>
        new UserError(
          missingNames === ''
            ? `the operator's pod is not ready ${seconds(patience)} after the change; what was written stays`
            : `the operator has not read ${missingNames} within ${seconds(patience)}; what was written stays`,
          sentence`run ${ours('contexts check')} to see why`,
        ),
    ),
  );
  say(`the operator has read ${wanted.length === 1 ? 'it' : `all ${wanted.length}`} (${seconds(performance.now() - startTime)})`);
};
const stateOf = async (
  connection: Connection,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<{ name: string; state: string }> => {
  const path = apiPath(kinds.clientConfig, namespace, name);
  const config = await demandObject(connection, `read ClientConfig ${namespace}/${name}`, { path }, kinds.clientConfig);
  const secret = await getObject(connection, kinds.secret, namespace, config.spec?.kubeConfigSecret?.name ?? '');
  if (!secret.ok) return { name, state: `unknown (${secret.reason})` };
  return { name, state: secret.value === undefined ? 'without its Secret' : loadedState(config, storedSecretOf(secret.value).hash) };
};
/** Ready pods, or none to be seen at all: then only the annotations can tell. */
const podsReady = async (connection: Connection, namespace: string): Promise<boolean> => {
  const pods = await listObjects(connection, kinds.pod, namespace, operatorSelector);
  return !pods.ok || pods.value.map(operatorPodOf).every(({ ready }) => ready);
};
