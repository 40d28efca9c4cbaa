import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startClusters } from '../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../sandbox/clusters/install.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { besideFleet, type Fleet } from './fleet.ts';
import { absent, type Command, compare } from './pairs.ts';

/**
 * Every figure beside its rival in one run. `npm run bench -- startup commands scale`. Rivals that are asked for by name:
 * REGISTER, the binary of k8ssandra-client, and CREATE_CLIENTCONFIG_SH, the operator's script (it wants kubectl and jq).
 */
const root = resolve(import.meta.dirname, '..');
const packaged = join(root, 'dist/kubectl-k8ssandra');
const program = existsSync(packaged) ? [packaged] : [process.execPath, join(root, 'dist/kubectl-k8ssandra.cjs')];
const ours = (name: string, ...args: string[]): Command => ({ name, words: [...program, ...args] });
const there = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const rounds = Number(process.env['ROUNDS'] ?? '7');
const folder = temporaryFolder('bench');

const startup = async (): Promise<void> => {
  console.log('\n# start-up');
  const rivals: Command[] = [
    ...(there('kubectl') ? [{ name: '  kubectl version --client', words: ['kubectl', 'version', '--client'] }] : []),
    { name: '  bare node -e 0', words: [process.execPath, '-e', '0'] },
  ];
  if (!there('kubectl')) absent('  kubectl version --client', 'kubectl is not on PATH');
  for (const args of [['version'], ['version', '-o', 'json'], ['--help'], ['__complete', 'contexts', 'check', '--'], ['explain', 'KC101']])
    await compare(ours(args.join(' '), ...args), rivals, rounds);
};

const commands = async (): Promise<void> => {
  console.log('\n# three real API servers on loopback');
  const namespace = 'k8ssandra-operator';
  const clusters = await startClusters(['cp', 'dp1', 'dp2'], line => console.error(line));
  const at = (name: string) => {
    const cluster = clusters.byName[name];
    if (cluster === undefined) throw new Error(`no cluster ${name}`);
    return cluster;
  };
  try {
    for (const name of ['cp', 'dp1', 'dp2']) {
      await installCrds(at(name));
      await installOperator(at(name), { namespace, controlPlane: name === 'cp', tokenSecret: true });
    }
    const drop = async (): Promise<void> => {
      const collections = [
        `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs`,
        `/api/v1/namespaces/${namespace}/secrets`,
      ];
      for (const path of collections) await at('cp').request('DELETE', path);
      const own = `/api/v1/namespaces/${namespace}/secrets?labelSelector=app.kubernetes.io/managed-by=kubectl-k8ssandra`;
      await at('dp1').request('DELETE', own);
    };
    const env = { KUBECONFIG: clusters.kubeconfig };
    const create: Command = {
      ...ours(
        'clientconfig create (proves)',
        'clientconfig',
        'create',
        '--yes',
        '--from-context',
        'dp1',
        '--context',
        'cp',
        '--allow',
        'loopback',
      ),
      env,
      reset: drop,
    };
    const { REGISTER: register, CREATE_CLIENTCONFIG_SH: script } = process.env;
    const rivals: Command[] = [];
    if (register === undefined) absent('  register of k8ssandra-client', 'REGISTER names no binary');
    else
      rivals.push({
        name: '  register of k8ssandra-client',
        words: [register, 'register', '--source-context', 'dp1', '--dest-context', 'cp'],
        env,
        reset: drop,
      });
    if (script === undefined) absent('  create-clientconfig.sh', 'CREATE_CLIENTCONFIG_SH names no script');
    else
      rivals.push({
        name: '  create-clientconfig.sh',
        words: ['bash', script, '--src-context', 'dp1', '--dest-context', 'cp', '--namespace', namespace],
        env,
        reset: drop,
      });
    await compare(create, rivals, rounds);
    const both = ['clientconfig', 'create', '--yes', '--from-context', 'dp1,dp2', '--context', 'cp', '--allow', 'loopback'];
    spawnSync(program[0] ?? '', [...program.slice(1), ...both], { env: { ...process.env, ...env } });
    const raw = ['kubectl', '--context', 'cp', 'get', '--raw', '/version'];
    await compare(
      { ...ours('contexts check, two data planes', 'contexts', 'check', '--context', 'cp'), env },
      there('kubectl') ? [{ name: '  kubectl get --raw /version', words: raw, env }] : [],
      rounds,
    );
  } finally {
    await clusters.stop();
  }
};

const scale = async (): Promise<void> => {
  console.log('\n# scale: every request and handshake takes 50 ms, all API servers share one process and this machine');
  const check =
    (name: string, flags: readonly string[], compared: boolean) =>
    async (fleet: Fleet): Promise<void> => {
      const reference = { name: '  client-go, the same questions', words: fleet.reference };
      // Exit 1: all of them are on loopback, which in the operator's pod is the pod itself.
      const command = { ...ours(name, 'contexts', 'check', '--kubeconfig', fleet.kubeconfig, ...flags), exit: 1 };
      await compare(command, compared ? [reference] : [], Math.min(rounds, 5));
    };
  for (const contexts of [3, 200, 1000]) await besideFleet(folder, { contexts }, check(`${contexts} contexts`, [], true));
  const hangs = ['--timeout', '2s'];
  await besideFleet(folder, { contexts: 200, hanging: 1 }, check('200 contexts, 1 hangs, --timeout 2s', hangs, false));
  await besideFleet(folder, { contexts: 200, hanging: 10 }, check('200 contexts, 10 hang, --timeout 2s', hangs, false));
  for (const clusters of [200, 2000])
    await besideFleet(folder, { contexts: 1, clusters }, check(`${clusters} K8ssandraClusters`, [], false));
};

const parts = { startup, commands, scale } as const;
const wanted = process.argv.slice(2);
console.log(`${program.join(' ').replace(root, '.')}, Node ${process.versions.node}, ${rounds} rounds; median (min-max), peak memory`);
for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
