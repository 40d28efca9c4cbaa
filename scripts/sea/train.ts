/**
 * train.ts BUNDLE CACHE < TRAINING: runs command lines with the bundle, one after the other, and writes the code that they have compiled, which is
 * the same in each run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import type { Training } from './training.ts';
import { withoutNetwork } from './wire.ts';

const [, , bundle = '', cache = ''] = process.argv;
const { before, lines } = JSON.parse(readFileSync(0, 'utf8')) as Training;
// What these have compiled depends on time, and a function notes it: it may not be in a cache that is the same in each build.
// V8 refuses a cache that was written under other flags, so that they are back when it is.
const timed = ['sparkplug', 'maglev', 'turbofan'];
for (const flag of timed) setFlagsFromString(`--no-${flag}`);
// A collection leaves old memory, which V8 writes into a cache where it writes no field.
let collections = 0;
const observer = new PerformanceObserver(seen => {
  collections += seen.getEntries().length;
});
observer.observe({ entryTypes: ['gc'] });

const source = readFileSync(bundle, 'latin1');
const compiled = (filename: string): Script => new Script(source, { filename });
const script = compiled('kubectl-k8ssandra.cjs');
const require = withoutNetwork(createRequire(import.meta.url));
type Start = (...scope: readonly unknown[]) => void;
const runsOf = (some: Training['lines'], start: Start) => some.map(([line, exit]) => ({ line, exit, start }));
const runs = [
  // Of another name, so that V8 takes it for another script.
  ...runsOf(before, compiled('before.cjs').runInThisContext() as Start),
  ...runsOf(lines, script.runInThisContext() as Start),
];

// No time passes, so that nothing depends on how fast a machine is, or on when it builds.
performance.now = () => 0;
Date.now = () => Date.parse('2026-01-01T00:00:00Z');
AbortSignal.timeout = () => new AbortController().signal;
const wait = setTimeout;
globalThis.setTimeout = ((work: () => void, ms: number) => (ms === 0 ? setImmediate(work) : wait(work, ms))) as typeof setTimeout;

/** What the line that runs has said so far. */
let said = '';
for (const stream of [process.stdout, process.stderr])
  stream.write = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
const { exit } = process;
const refuse = (why: string): never => {
  writeFileSync(2, `training: ${why}\n`);
  return exit(1);
};
// A command may end the process as soon as it has its answer.
process.exit = (() => undefined) as unknown as typeof process.exit;
let at = 0;
process.on('beforeExit', () => {
  const [last, next] = [runs[at - 1], runs[at++]];
  // A line that no longer comes to its answer would leave out the code that it stands for, and nobody would see it.
  const code = Number(process.exitCode ?? 0);
  if (last !== undefined && (said === '' || code !== last.exit)) refuse(`'${last.line}' ended with exit code ${code}: ${said}`);
  process.exitCode = 0;
  said = '';
  if (next === undefined) {
    if (collections + observer.takeRecords().length > 0) refuse('memory was collected, so that the next cache would be another');
    for (const flag of timed) setFlagsFromString(`--${flag}`);
    writeFileSync(cache, script.createCachedData());
    // Writing keeps nothing alive, and this event comes only while something is.
    process.removeAllListeners('beforeExit');
    return;
  }
  process.argv = [process.execPath, 'kubectl-k8ssandra', ...next.line.split(' ')];
  next.start({}, require, { exports: {} }, 'kubectl-k8ssandra.cjs', '/');
  // The event comes again only after something was awaited.
  setImmediate(() => undefined);
});
