import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';
import { parse } from 'yaml';
import type { Fault } from '../../sandbox/api/faults.ts';
import type { ApiServer, ApiServerOptions, Asked } from '../../sandbox/api/server.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import { type OperatorStandIn, startOperator } from '../../sandbox/operator/stand-in.ts';
import { namespace, startWorld, type World } from '../../sandbox/world.ts';
import { runInProcess } from './in-process.ts';
import { printedOn } from './printed.ts';
import { program, type Run, run } from './run.ts';

/** A world with registered data planes and an operator that runs, as rotate, delete and import find it. */
export interface Registered {
  readonly world: World;
  readonly operator: OperatorStandIn;
  readonly server: (name: string) => ApiServer;
  readonly cli: (...args: string[]) => Promise<Run>;
  /** runs the program and sends the signal after its n-th API call; `calls` is how many it made */
  readonly killedAfter: (calls: number, signal: NodeJS.Signals, args: readonly string[]) => Promise<Run & { readonly calls: number }>;
  /**
   * The same in this process, after the n-th call that counts. A SIGKILL is that no server hears of the command again, whatever it would take
   * back; its code is then null.
   */
  readonly cutAfter: (
    calls: number,
    signal: 'SIGINT' | 'SIGKILL',
    args: readonly string[],
    counts?: (call: Pick<Asked, 'method' | 'path'>) => boolean,
  ) => Promise<Run>;
  /** answers the n-th API call of the next command with the fault; true when there was such a call */
  readonly failCall: (call: number, fault: Fault) => () => boolean;
  /** what the control plane stores for a context */
  readonly storedToken: (name: string) => string;
  /** Puts everything back to where it began, with an operator that has just started: as good as a new world, and sooner. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const serverOf = ({ servers }: World, name: string): ApiServer => {
  const found = servers[name];
  assert.ok(found, name);
  return found;
};
/** The pod of an operator, whose container is in this state. */
export const putOperatorPod = (cp: ApiServer | undefined, state: object, more: object = {}): void => {
  cp?.put('', 'pods', {
    metadata: { namespace, name: 'operator-1', labels: { 'control-plane': 'k8ssandra-operator' } },
    status: { containerStatuses: [{ name: 'k8ssandra-operator', ...state }] },
    ...more,
  });
};
/** A world whose control plane has a ClientConfig for each data plane, and nobody who has loaded them. */
export const startRegisteredWorld = async (
  dataPlanes: readonly string[] = ['dp1', 'dp2'],
  options: Readonly<Record<string, ApiServerOptions>> = {},
): Promise<World> => {
  const world = await startWorld(dataPlanes, options);
  const flags = ['--from-context', dataPlanes.join(','), '--allow', 'loopback', '--kubeconfig', world.kubeconfig];
  try {
    const created = await run(['clientconfig', 'create', '--yes', ...flags]);
    assert.equal(created.code, 0, created.stderr);
    return world;
  } catch (error) {
    // A server that goes on listening would keep the process of the test from ending.
    await world.stop();
    throw error;
  }
};

/** With `inProcess`, `cli` runs commands in this process: the same code and connections, without the start of a program each time. */
export const startRegistered = async (dataPlanes: readonly string[], { inProcess = false } = {}): Promise<Registered> => {
  const world = await startRegisteredWorld(dataPlanes);
  const server = (name: string): ApiServer => serverOf(world, name);
  const cp = server('cp');
  const flags = ['--kubeconfig', world.kubeconfig, '--request-timeout', '3s'];
  const cli = (...args: string[]) => (inProcess ? runInProcess([...args, ...flags]) : run([...args, ...flags]));
  const start = (): Promise<OperatorStandIn> =>
    startOperator({ ask: cp.ask, deployment: { namespace, name: 'k8ssandra-operator' }, pollMs: 25 });
  let operator = await start();
  const restores = Object.values(world.servers).map(one => one.snapshot());
  return {
    world,
    get operator() {
      return operator;
    },
    reset: async () => {
      await operator.stop();
      for (const one of Object.values(world.servers)) one.clearFaults();
      for (const restore of restores) restore();
      operator = await start();
    },
    server,
    cli,
    killedAfter: async (calls, signal, args) => {
      let seen = 0;
      let kill = (): void => undefined;
      for (const one of Object.values(world.servers))
        one.onRequest(() => {
          if (++seen === calls) kill();
        });
      const [command, first] = program();
      const child = spawn(command, [...first, ...args, ...flags], {
        env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      kill = () => child.kill(signal);
      const [stdout, stderr] = [printedOn(child.stdout), printedOn(child.stderr)];
      const [code] = (await once(child, 'close')) as [number | null];
      kill = () => undefined;
      return { code, stdout: stdout(), stderr: stderr(), calls: seen };
    },
    cutAfter: async (calls, signal, args, counts = () => true) => {
      const interrupted = new AbortController();
      let seen = 0;
      let dead = false;
      for (const one of Object.values(world.servers)) {
        one.onRequest(call => {
          if (!counts(call) || ++seen !== calls) return;
          dead = signal === 'SIGKILL';
          interrupted.abort(new Error('interrupted'));
        });
        one.fault({ when: () => dead }, { kind: 'refuse' }, Number.POSITIVE_INFINITY);
      }
      const ran = await runInProcess([...args, ...flags], { interrupted: interrupted.signal });
      for (const one of Object.values(world.servers)) one.clearFaults();
      seen = Number.POSITIVE_INFINITY;
      return dead ? { ...ran, code: null } : ran;
    },
    failCall: (call, fault) => {
      let seen = 0;
      for (const one of Object.values(world.servers)) {
        const when = (): boolean => {
          seen++;
          // With one new try after a 401, and on a fresh connection after a reset, the same call comes again.
          return seen === call || (seen === call + 1 && fault.kind === 'status' && fault.status === 401);
        };
        one.fault({ when }, fault, 9);
      }
      return () => seen >= call;
    },
    storedToken: name => {
      const secret = cp.get('', 'secrets', namespace, `${name}-config`);
      assert.ok(secret, `Secret ${name}-config`);
      return tokenIn(secret);
    },
    stop: async () => {
      await operator.stop();
      await world.stop();
    },
  };
};

/** Worlds for the tests of one file: each begins as a new one, and commands run in this process. */
export const sharedWorlds = (): ((...dataPlanes: string[]) => Promise<Registered>) => {
  const worlds = new Map<string, Registered>();
  after(() => Promise.all([...worlds.values()].map(world => world.stop())));
  return async (...dataPlanes) => {
    const before = worlds.get(dataPlanes.join());
    const world = before ?? (await startRegistered(dataPlanes, { inProcess: true }));
    worlds.set(dataPlanes.join(), world);
    await before?.reset();
    return world;
  };
};

/** The token in the kubeconfig of a stored Secret. */
export const tokenIn = (secret: Stored): string => {
  const { kubeconfig = '' } = secret['data'] as { kubeconfig?: string };
  const { users } = parse(Buffer.from(kubeconfig, 'base64').toString('utf8')) as { users: { user: { token: string } }[] };
  return users[0]?.user.token ?? '';
};
/** The tokens that a data plane's token Secrets make good. */
export const liveTokens = (server: ApiServer): readonly string[] =>
  server.list('', 'secrets').flatMap(secret => {
    const { token } = (secret['data'] ?? {}) as { token?: string };
    return token === undefined ? [] : [Buffer.from(token, 'base64').toString('utf8')];
  });
