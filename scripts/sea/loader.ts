/** The first code of the binary: closes what Node opens to the environment, and starts the bundle, from its code cache where it has one. */
import { getRawAsset } from 'node:sea';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

declare const require: NodeJS.Require;

// What a process becomes that a name server keeps from exiting; src/base/leave.ts.
if (process.argv[2] === '__leave') process.exit(Number(process.argv[3]));

/**
 * What opens Node before a line of ours runs, and cannot be taken back: NODE_DEBUG prints requests with their credentials,
 * NODE_V8_COVERAGE writes down what has run. What has an option to close it is closed by the binary's own options (execArgv in seal.ts).
 */
const openings = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'NODE_ICU_DATA', 'NODE_V8_COVERAGE'];
if (openings.some(name => (process.env[name] ?? '') !== '')) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !openings.includes(name.toUpperCase())));
  const args = process.argv.slice(2);
  if (process.platform !== 'win32') process.execve?.(process.execPath, [process.argv0, ...args], env);
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  process.exit(spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 4);
}
// Node reads it at each handshake, so that it can be taken away here.
delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
// Node's inspector does not listen to it any more (execArgv), so that it would end the process.
if (process.platform !== 'win32') process.on('SIGUSR1', () => undefined);

// A run that takes so long is one of a large fleet: from then on V8 looks for garbage whenever what is kept has grown by half, which takes a
// quarter off the memory of 1,000 contexts. As an option of the binary it would cost each start Node's own code cache.
setTimeout(() => setFlagsFromString('--heap-growing-percent=50'), 700).unref();

const asset = (name: string): Buffer | undefined => {
  try {
    return Buffer.from(getRawAsset(name));
  } catch {
    return undefined;
  }
};
const cachedData = asset('cache');
// esbuild escapes what is not ASCII, and V8 reads a text of one byte a character without decoding it.
const script = new Script(asset('bundle')?.toString('latin1') ?? '', {
  filename: 'kubectl-k8ssandra.cjs',
  ...(cachedData === undefined ? {} : { cachedData }),
});
script.runInThisContext()({}, require, { exports: {} }, __filename, __dirname);
