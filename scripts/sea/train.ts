/** train.ts BUNDLE CACHE < LINES: runs the command lines of a JSON array with the bundle, one after the other, and writes the code that they have compiled. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { constants, Script } from 'node:vm';

const [, , bundle = '', cache = ''] = process.argv;
const lines = JSON.parse(readFileSync(0, 'utf8')) as readonly (readonly string[])[];
// What Sparkplug has compiled, and what is thrown away as old, depends on time: neither may be in a cache that is the same in each build.
// V8 refuses a cache that was written under other flags, so that they are back when it is.
setFlagsFromString('--no-sparkplug');
setFlagsFromString('--no-flush-bytecode');
const script = new Script(readFileSync(bundle, 'latin1'), {
  filename: 'kubectl-k8ssandra.cjs',
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const require = createRequire(import.meta.url);
const start = script.runInThisContext() as (...scope: readonly unknown[]) => void;
process.stdout.write = () => true;
process.stderr.write = () => true;
// A command may end the process as soon as it has its answer.
process.exit = (() => undefined) as unknown as typeof process.exit;
let at = 0;
process.on('beforeExit', () => {
  const line = lines[at++];
  if (line === undefined) {
    setFlagsFromString('--sparkplug');
    setFlagsFromString('--flush-bytecode');
    writeFileSync(cache, script.createCachedData());
    process.exitCode = 0;
    // Writing keeps nothing alive, and this event comes only while something is.
    process.removeAllListeners('beforeExit');
    return;
  }
  process.argv = [process.execPath, 'kubectl-k8ssandra', ...line];
  start({}, require, { exports: {} }, 'kubectl-k8ssandra.cjs', '/');
  // The event comes again only after something was awaited.
  setImmediate(() => undefined);
});
