import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { signAdHoc } from '../mach-o.ts';
import type { Training } from './training.ts';

/** A platform in pkg's words, the Node for it, and where the binary goes. */
export interface Target {
  readonly platform: string;
  readonly arch: string;
  /** `node24.21.0` */
  readonly nodeRange: string;
  readonly output: string;
}
type Sea = (
  entry: string,
  options: { targets: Target[]; useLocalNode: boolean; seaConfig: Readonly<Record<string, unknown>> },
) => Promise<void>;
/** pkg's SEA mode as a function. Its public interface passes no seaConfig on, and with it no assets and no options for Node. */
const require = createRequire(import.meta.url);
const { default: sea } = require('@yao-pkg/pkg/lib-es5/sea.js') as { default: Sea };

/** The options of the Node inside. With `none` below, neither NODE_OPTIONS nor the command line adds any. */
const execArgv = (platform: string): readonly string[] => [
  '--disable-sigusr1',
  // Node's own words about its options and variables are nothing a person can act on.
  '--no-warnings',
  // OPENSSL_CONF may name a library that OpenSSL loads and runs.
  `--openssl-config=${platform === 'win' ? 'NUL' : '/dev/null'}`,
  '--no-use-system-ca',
  '--no-use-env-proxy',
  // V8 lets the space of young objects grow to 48 MiB before it looks among the old: for 1,000 contexts a quarter more memory, for 3 % less CPU.
  '--max-semi-space-size=8',
  // One thread beside the main one is enough for so small a heap; four take time from it, and from the servers on a small machine.
  '--v8-pool-size=1',
];

/** What says where temporary folders are made: the first on Linux and macOS, the second on Windows. */
const temporary = ['TMPDIR', 'TEMP'];
/** Runs the work in a folder of its own, where also whatever it calls makes its temporary folders. */
const inFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-package-'));
  const before = temporary.map(name => [name, process.env[name]] as const);
  for (const name of temporary) process.env[name] = folder;
  try {
    await work(folder);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Injects loader, bundle and code cache into a stock Node. */
export const seal = async (target: Target, useLocalNode: boolean, assets: Readonly<Record<string, string>>): Promise<void> => {
  rmSync(target.output, { force: true });
  await inFolder(async folder => {
    // The path of the main script is part of the binary, so that it may not name the folder it was built in. pkg works in one that it makes in this one.
    copyFileSync('dist/loader.cjs', join(folder, 'loader.cjs'));
    const seaConfig = {
      main: '../loader.cjs',
      assets,
      execArgv: execArgv(target.platform),
      execArgvExtension: 'none',
      disableExperimentalSEAWarning: true,
    };
    await sea('dist/loader.cjs', { targets: [target], useLocalNode, seaConfig });
  });
  // Injection takes Apple's signature away, and macOS on Apple silicon kills a program that has none.
  if (target.platform === 'macos')
    writeFileSync(target.output, signAdHoc(readFileSync(target.output), 'kubectl-k8ssandra'), { mode: 0o755 });
};

/** Writes the code cache of a bundle: what V8 compiles while these command lines run. Only the very Node that runs this takes it. */
export const train = (bundle: string, cache: string, training: Training): void => {
  const options = [
    // A code cache holds hashes that depend on V8's random seed.
    '--random-seed=1',
    // So much room that nothing is collected. These and the seed are no flags that V8 asks a reader of the cache for.
    '--min-semi-space-size=256',
    '--max-semi-space-size=256',
    '--no-warnings',
  ];
  const args = [...options, join(import.meta.dirname, 'train.ts'), bundle, cache];
  // A terminal would be written to in colour.
  execFileSync(process.execPath, args, { input: JSON.stringify(training), stdio: 'pipe', encoding: 'utf8', env: {} });
  const { cachedDataRejected } = new Script(readFileSync(bundle, 'latin1'), {
    filename: 'kubectl-k8ssandra.cjs',
    cachedData: readFileSync(cache),
  });
  if (cachedDataRejected !== false) throw new Error('V8 does not take the code cache');
};
