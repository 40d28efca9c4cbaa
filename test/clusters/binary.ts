import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants, rmSync } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEndOfProcess } from './ending.ts';

export const parts = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;
export type Part = (typeof parts)[number];
/** How a part is started: a program, and the words that come before the part's own flags. */
export type Programs = Readonly<Record<Part, { readonly file: string; readonly args: readonly string[] }>>;

const folder = import.meta.dirname;

/** The programs in `KUBEBUILDER_ASSETS`, else the binary built from this folder, else a build of it. */
export const findPrograms = async (env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<Programs> => {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') return fromAssets(assets);
  const file = await builtBinary(env, log);
  return {
    etcd: { file, args: ['etcd'] },
    'kube-apiserver': { file, args: ['kube-apiserver'] },
    'kube-controller-manager': { file, args: ['kube-controller-manager'] },
  };
};

const fromAssets = async (assets: string): Promise<Programs> => {
  const program = (part: Part) => ({ file: join(assets, part), args: [] });
  const there = await Promise.all(parts.map(part => allowed(program(part).file, constants.X_OK)));
  const missing = parts.filter((_, index) => there[index] !== true);
  if (missing.length > 0) {
    throw new Error(`KUBEBUILDER_ASSETS=${assets} lacks ${missing.join(', ')}; without the controller manager no token Secret is filled`);
  }
  return {
    etcd: program('etcd'),
    'kube-apiserver': program('kube-apiserver'),
    'kube-controller-manager': program('kube-controller-manager'),
  };
};

const builtBinary = async (env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<string> => {
  const sources = await Promise.all(['go.mod', 'main.go'].map(name => readFile(join(folder, name), 'utf8')));
  const [goMod = ''] = sources;
  const name = `clusters-${createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16)}`;
  const homes = [
    join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kubectl-k8ssandra'),
    join(folder, '..', '..', '.cache', 'kubectl-k8ssandra'),
  ];
  for (const home of homes) if (await allowed(join(home, name), constants.X_OK)) return join(home, name);
  for (const home of homes) {
    if (await writable(home)) {
      await buildOnce(join(home, name), goMod, log);
      return join(home, name);
    }
  }
  throw new Error(`nowhere to keep the built control plane: ${homes.join(' and ')} cannot be written`);
};

/** Builds unless someone else does or did; a lock holds the process id, so that a killed build is taken over. */
const buildOnce = async (target: string, goMod: string, log: (line: string) => void): Promise<void> => {
  const lock = `${target}.lock`;
  while (!(await allowed(target, constants.X_OK))) {
    const held = await open(lock, 'wx').catch(() => undefined);
    if (held === undefined) {
      const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
      if (owner > 0 && !alive(owner)) await rm(lock, { force: true });
      await sleep(500);
      continue;
    }
    const unhook = onEndOfProcess(() => rmSync(lock, { force: true }));
    try {
      await held.writeFile(String(process.pid));
      await build(target, goMod, log);
    } finally {
      await held.close();
      await rm(lock, { force: true });
      unhook();
    }
  }
};

const build = async (target: string, goMod: string, log: (line: string) => void): Promise<void> => {
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)$/m.exec(goMod)?.[1] ?? 'v0.0.0';
  const [major, minor] = version.slice(1).split('.');
  const says = 'k8s.io/component-base/version';
  const ldflags = `-s -w -X ${says}.gitVersion=${version} -X ${says}.gitMajor=${major} -X ${says}.gitMinor=${minor}`;
  const temporary = `${target}.${process.pid}`;
  log(`building Kubernetes ${version} into ${target}; this takes some minutes, once`);
  try {
    await run('go', ['build', '-trimpath', '-ldflags', ldflags, '-o', temporary, '.']);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
};

const run = async (command: string, args: readonly string[]): Promise<void> => {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 'inherit', 'pipe'] });
  const unhook = onEndOfProcess(() => child.kill('SIGKILL'));
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const [code] = await once(child, 'close')
    .finally(unhook)
    .catch(error => {
      throw new Error(`the tests need Go or KUBEBUILDER_ASSETS to start a Kubernetes API server: ${command} does not start`, {
        cause: error,
      });
    });
  if (code !== 0) throw new Error(`${command} build failed:\n${said.join('').slice(-4000)}`);
};

const allowed = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
const writable = (path: string): Promise<boolean> =>
  mkdir(path, { recursive: true }).then(
    () => allowed(path, constants.W_OK),
    () => false,
  );
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
