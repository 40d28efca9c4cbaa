import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CellRun, Ended } from '../support/operator-cells.ts';

/**
 * Runs operators one after the other in a network and a mount namespace of its own (`unshare -nm`): the port of its webhook is fixed, and
 * so is the file from which it reads its own namespace. The API servers outside are reached over sockets in FOLDER.
 * usage: node cell.ts FOLDER PORT...
 */
const [folder = '', ...ports] = process.argv.slice(2);
const account = '/run/secrets/kubernetes.io/serviceaccount';
execFileSync('ip', ['link', 'set', 'lo', 'up']);
execFileSync('mount', ['-t', 'tmpfs', 'none', '/run']);
mkdirSync(account, { recursive: true });
for (const port of ports)
  createServer(inside => {
    const outside = connect(join(folder, `${port}.sock`));
    inside.pipe(outside).pipe(inside);
    for (const one of [inside, outside]) one.on('error', () => [inside, outside].map(end => end.destroy()));
  }).listen(Number(port), '127.0.0.1');

const names = (log: string, what: RegExp): Set<string> => new Set([...log.matchAll(what)].map(([, name = '']) => name));
/** Every controller that waits for its sources has them, and works. */
const works = (log: string): boolean => {
  const waiting = names(log, /Starting EventSource\s.*?"controller":\s*"([^"]+)"/g);
  return waiting.size > 0 && waiting.size === names(log, /Starting workers\s.*?"controller":\s*"([^"]+)"/g).size;
};
const isUp = (log: string, until: CellRun['until']): boolean => (until === 'up' ? /starting manager/i.test(log) : works(log));
const run = ({ binary, env, namespace, until }: CellRun): Promise<Ended> =>
  new Promise(done => {
    writeFileSync(join(account, 'namespace'), namespace);
    const child = spawn(binary, ['--metrics-bind-address', '127.0.0.1:0', '--health-probe-bind-address', '127.0.0.1:0'], { env });
    let log = '';
    let settled: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => child.kill('SIGKILL'), 180_000);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        // Controllers start within moments of each other.
        clearTimeout(settled);
        if (isUp(log, until)) settled = setTimeout(() => child.kill('SIGKILL'), 700);
      });
    child.on('close', code => {
      clearTimeout(limit);
      clearTimeout(settled);
      done({ code, works: isUp(log, until), log });
    });
  });
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as CellRun))}\n`);
process.exit(0);
