import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants, rmSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, onEndOfProcess } from './ending.ts';

/** A Go program of this repository: a folder with go.mod, go.sum and package main. */
export interface GoProgram {
  readonly folder: string;
  /** what its file in the cache begins with */
  readonly name: string;
  readonly ldflags?: string;
  /** another module file than go.mod, whose name without `.mod` is a build tag too */
  readonly modfile?: string;
  /** what cannot be done without it, after `to` */
  readonly for: string;
}
type Log = (line: string) => void;

/** The path of the built program. It is built once for each version of its sources, and kept in the cache of the user, else of the checkout. */
export const goBinary = async (program: GoProgram, env: NodeJS.ProcessEnv, log: Log): Promise<string> => {
  const names = (await readdir(program.folder)).filter(name => name === (program.modfile ?? 'go.mod') || name.endsWith('.go')).sort();
  const sources = await Promise.all(names.map(name => readFile(join(program.folder, name), 'utf8')));
  const hash = createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16);
  const file = `${program.name}-${hash}`;
  const homes = [
    join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kubectl-k8ssandra'),
    join(import.meta.dirname, '..', '.cache', 'kubectl-k8ssandra'),
  ];
  for (const home of homes) if (await isAllowed(join(home, file), constants.X_OK)) return join(home, file);
  for (const home of homes) {
    if (await isWritable(home)) {
      await buildOnce(program, join(home, file), log);
      return join(home, file);
    }
  }
  throw new Error(`nowhere to keep the built ${program.name}: ${homes.join(' and ')} cannot be written`);
};

/** Builds unless someone else does or did; a lock holds the process id, so that a killed build is taken over. */
const buildOnce = async (program: GoProgram, target: string, log: Log): Promise<void> => {
  const lock = `${target}.lock`;
  while (!(await isAllowed(target, constants.X_OK))) {
    const held = await open(lock, 'wx').catch(() => undefined);
    if (held === undefined) {
      const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
      if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
      await sleep(500);
      continue;
    }
    const unhook = onEndOfProcess(() => rmSync(lock, { force: true }));
    try {
      await held.writeFile(String(process.pid));
      await build(program, target, log);
    } finally {
      await held.close();
      await rm(lock, { force: true });
      unhook();
    }
  }
};

const build = async (program: GoProgram, target: string, log: Log): Promise<void> => {
  const temporary = `${target}.${process.pid}`;
  const ldflags = ['-s -w', program.ldflags ?? ''].join(' ').trim();
  log(`building ${program.name} into ${target}; this takes some minutes, once`);
  try {
    const other = program.modfile === undefined ? [] : [`-modfile=${program.modfile}`, '-tags', program.modfile.replace(/\.mod$/, '')];
    await run(program, ['build', ...other, '-trimpath', '-ldflags', ldflags, '-o', temporary, '.']);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
};

const run = async (program: GoProgram, args: readonly string[]): Promise<void> => {
  const env = { ...process.env, CGO_ENABLED: '0' };
  const child = spawn('go', args, { cwd: program.folder, env, stdio: ['ignore', 'inherit', 'pipe'] });
  const unhook = onEndOfProcess(() => child.kill('SIGKILL'));
  const printed: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  const [code] = await once(child, 'close')
    .finally(unhook)
    .catch(error => {
      throw new Error(`Go is needed to ${program.for}, and go does not start`, { cause: error });
    });
  if (code !== 0) throw new Error(`go build of ${program.name} failed:\n${printed.join('').slice(-4000)}`);
};

export const isAllowed = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
const isWritable = (path: string): Promise<boolean> =>
  mkdir(path, { recursive: true }).then(
    () => isAllowed(path, constants.W_OK),
    () => false,
  );
