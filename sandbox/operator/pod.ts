import { randomBytes } from 'node:crypto';
import { type Json, record } from '../api/json.ts';
import type { Ask } from '../api/server.ts';

export interface LastExit {
  readonly code: number;
  readonly message: string;
}
/** What a kubelet would write of the operator's container. */
interface ContainerState {
  readonly running: boolean;
  readonly restarts: number;
  readonly lastExit: LastExit | undefined;
  readonly metrics: string;
  readonly log: readonly string[];
  readonly previousLog: readonly string[];
}
/** What a container has written and counts. */
export interface Kept {
  readonly log: string;
  readonly metrics: string;
  readonly previousLog?: string;
}
/** The node of a real API server, which asks it for what the fake one keeps with the pod. */
export interface PodHost {
  readonly nodeName: string;
  readonly podIP?: string;
  readonly keep: (pod: string, kept: Kept) => void;
}
export interface PodStandIn {
  readonly show: (state: ContainerState) => Promise<void>;
  /** a Deployment that was changed gets another pod */
  readonly replace: () => Promise<void>;
}

/** The pod of the operator's Deployment, for the eyes of who asks the API: nothing runs in it. */
export const makePod = (ask: Ask, namespace: string, deployment: string, template: () => Json, host?: PodHost): PodStandIn => {
  const named = (): string => `${deployment}-${randomBytes(5).toString('hex')}-${randomBytes(3).toString('hex').slice(0, 5)}`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  let name = named();
  let since = now();
  let shown: ContainerState | undefined;
  return {
    show: async state => {
      const path = `${pods}/${name}`;
      if ((await ask('GET', path)).status === 404) {
        const { metadata, spec } = template();
        const placed = host === undefined ? spec : { ...record(spec), nodeName: host.nodeName };
        await ask('POST', pods, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name, namespace, labels: record(metadata)['labels'] },
          spec: placed,
        });
      }
      if (shown === undefined || shown.running !== state.running || shown.restarts !== state.restarts) since = now();
      shown = state;
      const { log, previousLog, metrics } = state;
      const kept: Kept = {
        log: `${log.join('\n')}\n`,
        metrics,
        ...(previousLog.length === 0 ? {} : { previousLog: `${previousLog.join('\n')}\n` }),
      };
      await ask(
        'PATCH',
        `${path}/status`,
        {
          status: { ...statusOf(state, since), ...(host?.podIP === undefined ? {} : { podIP: host.podIP, podIPs: [{ ip: host.podIP }] }) },
        },
        'application/merge-patch+json',
      );
      if (host !== undefined) return host.keep(name, kept);
      // The fake API server, which has no kubelet, answers with these.
      await ask('PATCH', path, { ...kept }, 'application/merge-patch+json');
    },
    replace: async () => {
      await ask('DELETE', `${pods}/${name}`, { gracePeriodSeconds: 0 });
      name = named();
      shown = undefined;
    },
  };
};

const now = (): string => new Date().toISOString().replace(/\.\d+/, '');
const statusOf = ({ running, restarts, lastExit }: ContainerState, since: string): Json => {
  const terminated =
    lastExit === undefined
      ? undefined
      : { exitCode: lastExit.code, reason: lastExit.code === 0 ? 'Completed' : 'Error', startedAt: since, finishedAt: since };
  // After a good end the kubelet starts it at once; after a bad one it waits, longer each time. A merge patch takes away what is null.
  const state = running
    ? { running: { startedAt: since }, waiting: null, terminated: null }
    : lastExit?.code === 0
      ? { terminated, waiting: null, running: null }
      : { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' }, running: null, terminated: null };
  return {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'k8ssandra-operator',
        ready: running,
        restartCount: restarts,
        image: 'docker.io/k8ssandra/k8ssandra-operator',
        imageID: '',
        state,
        lastState: terminated === undefined ? {} : { terminated },
      },
    ],
  };
};
