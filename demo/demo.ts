import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { Ask } from '../sandbox/api/server.ts';
import { endWithNpm } from '../sandbox/ending.ts';
import { askOver } from '../sandbox/operator/ask.ts';
import { type OperatorStandIn, startOperator } from '../sandbox/operator/stand-in.ts';

const namespace = 'k8ssandra-operator';
const binary = process.env['K8SSANDRA_BINARY'];
/** The binary that is named, else the bundle, which is then built anew. */
const program = binary === undefined ? [process.execPath, join(import.meta.dirname, '../dist/kubectl-k8ssandra.cjs')] : [binary];

/** What the demo needs of a world, whether its API servers are embedded or real. */
interface Stage {
  readonly kubeconfig: string;
  /** one JSON call as admin of a cluster */
  readonly ask: (cluster: string) => Ask;
  readonly stop: () => Promise<void>;
}

const embedded = async (): Promise<Stage> => {
  const { startWorld } = await import('../sandbox/world.ts');
  const world = await startWorld(['east', 'west', 'north']);
  const ask = (name: string): Ask => {
    const server = world.servers[name];
    if (server === undefined) throw new Error(`no server ${name}`);
    return server.ask;
  };
  return { kubeconfig: world.kubeconfig, ask, stop: world.stop };
};
const real = async (): Promise<Stage> => {
  const { installCrds, installOperator } = await import('../sandbox/clusters/install.ts');
  const { startClusters } = await import('../sandbox/clusters/clusters.ts');
  const clusters = await startClusters(['cp', 'east', 'west', 'north'], line => console.error(line));
  const at = (name: string) => {
    const cluster = clusters.byName[name];
    if (cluster === undefined) throw new Error(`no cluster ${name}`);
    return cluster;
  };
  await Promise.all(
    ['cp', 'east', 'west', 'north'].map(async name => {
      await installCrds(at(name));
      await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
    }),
  );
  const ask = (name: string): Ask => {
    const { server, caPem, adminToken } = at(name);
    return askOver(server, caPem, adminToken);
  };
  return { kubeconfig: clusters.kubeconfig, ask, stop: clusters.stop };
};

const say = (text: string): void => console.log(`\n\u001b[1m# ${text}\u001b[22m`);
/** Runs the plugin as a person would, shows the call, what it printed and its exit code; throws where that is not the one the story needs. */
const plugin = async (kubeconfig: string, expected: number, ...args: string[]): Promise<void> => {
  console.log(`$ kubectl k8ssandra ${args.join(' ')}`);
  // Not synchronous: the embedded API servers live in this very process.
  const [command = '', ...first] = program;
  const child = spawn(command, [...first, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  console.log(`exit ${code}`);
  if (code !== expected) throw new Error(`the demo expected exit ${expected} here`);
};
const loaded = async (operator: OperatorStandIn, count: number): Promise<void> => {
  for (let attempt = 0; attempt < 200 && operator.loaded.length !== count; attempt++) await sleep(50);
};

const play = async (stage: Stage): Promise<void> => {
  const controlPlane = stage.ask('cp');
  const operator = await startOperator({ ask: controlPlane, deployment: { namespace, name: 'k8ssandra-operator' } });
  const secret = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`;
  try {
    say('Three data planes, one control plane. The demo runs on loopback, so that refusal is lifted by name.');
    await plugin(
      stage.kubeconfig,
      0,
      'clientconfig',
      'create',
      '--from-context',
      'east,west,north',
      '--allow',
      'loopback',
      '--wait',
      '--yes',
    );
    await loaded(operator, 3);
    await controlPlane('POST', `/apis/k8ssandra.io/v1alpha1/namespaces/${namespace}/k8ssandraclusters`, {
      apiVersion: 'k8ssandra.io/v1alpha1',
      kind: 'K8ssandraCluster',
      metadata: { namespace, name: 'demo' },
      spec: {
        cassandra: {
          datacenters: ['east', 'west', 'north'].map((k8sContext, index) => ({ metadata: { name: `dc${index + 1}` }, k8sContext })),
        },
      },
    });
    say('Everything is loaded and answers:');
    await plugin(stage.kubeconfig, 0, 'contexts', 'check');

    say(
      'Now three people make one mistake each: a kubeconfig with another context, a service account deleted and created again, a context name with two letters swapped.',
    );
    const { body } = await controlPlane('GET', secret('west-config'));
    const stored = body as { data: { kubeconfig: string } };
    const kubeconfig = parse(Buffer.from(stored.data.kubeconfig, 'base64').toString()) as { contexts: { name: string }[] };
    const renamed = stringify({ ...kubeconfig, contexts: kubeconfig.contexts.map(context => ({ ...context, name: 'wst' })) });
    await controlPlane('PUT', secret('west-config'), { ...stored, data: { kubeconfig: Buffer.from(renamed).toString('base64') } });
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await stage.ask('north')('DELETE', `${account}/k8ssandra-operator`);
    await stage.ask('north')('POST', account, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace, name: 'k8ssandra-operator' },
    });
    await controlPlane('POST', `/apis/k8ssandra.io/v1alpha1/namespaces/${namespace}/k8ssandraclusters`, {
      apiVersion: 'k8ssandra.io/v1alpha1',
      kind: 'K8ssandraCluster',
      metadata: { namespace, name: 'batch' },
      spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'esat' }] } },
    });
    // An API server remembers for ten seconds that a token was good.
    await sleep(process.argv.includes('--real') ? 11_000 : 500);
    await plugin(stage.kubeconfig, 1, 'contexts', 'check');

    say('The cure that the report names, for two of them:');
    await plugin(stage.kubeconfig, 0, 'clientconfig', 'create', '--from-context', 'west,north', '--allow', 'loopback', '--wait', '--yes');
    await plugin(stage.kubeconfig, 0, 'contexts', 'check', 'east', 'west', 'north');
    say('And what a code means:');
    await plugin(stage.kubeconfig, 0, 'explain', 'KC403');
  } finally {
    await operator.stop();
  }
};

endWithNpm();
if (binary === undefined) await import('../scripts/build.ts');
const stage = await (process.argv.includes('--real') ? real() : embedded());
try {
  await play(stage);
} finally {
  await stage.stop();
}
