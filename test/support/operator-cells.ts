import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { issue, makeAuthority } from '../../sandbox/certificates.ts';

/** The binaries that K8SSANDRA_OPERATORS names: a folder of them, or a list with colons. Each is called by its release: `v1.32.5`, `main`. */
export const operatorBinaries = (): readonly string[] => {
  const named = (process.env['K8SSANDRA_OPERATORS'] ?? '').split(':').filter(path => path !== '');
  return named.flatMap(path =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map(name => join(path, name))
      : [path],
  );
};

/** One run of a real operator, until it ends, or is up, or every controller of it works. */
export interface CellRun {
  readonly binary: string;
  readonly env: Readonly<Record<string, string>>;
  /** its own namespace */
  readonly namespace: string;
  readonly until: 'up' | 'works';
}
export interface Ended {
  /** null when it was killed */
  readonly code: number | null;
  /** it came as far as was asked */
  readonly works: boolean;
  readonly log: string;
}
export interface Cells {
  readonly run: (what: CellRun) => Promise<Ended>;
  readonly stop: () => void;
}

/** `size` cells, each of which runs one operator at a time; in them these ports of loopback are those outside. */
export const startCells = async (folder: string, size: number, ports: readonly number[]): Promise<Cells> => {
  for (const port of ports)
    createSocket(inside => {
      const outside = connect(port, '127.0.0.1');
      inside.pipe(outside).pipe(inside);
      for (const one of [inside, outside]) one.on('error', () => [inside, outside].map(end => end.destroy()));
    })
      .listen(join(folder, `${port}.sock`))
      .unref();
  await keepCertificates(folder);
  const cells = Array.from({ length: size }, () => startCell(folder, ports));
  const free = queueOf(cells);
  // Starting takes the machine, and waiting for a data plane takes none of it.
  const starts = queueOf(Array.from({ length: 4 }, (_, index) => index));
  return {
    run: async what => {
      const [cell, turn] = [await free.take(), await starts.take()];
      let given = false;
      const over = (): void => {
        if (!given) starts.give(turn);
        given = true;
      };
      const started = setTimeout(over, startingMs);
      try {
        return await cell.run({ ...what, env: { HOME: folder, TMPDIR: folder, ...what.env } });
      } finally {
        clearTimeout(started);
        over();
        free.give(cell);
      }
    },
    stop: () => {
      for (const cell of cells) cell.stop();
    },
  };
};
const startingMs = 8000;
/** Things that are taken in turn, and given back. */
export const queueOf = <T>(all: readonly T[]) => {
  const free = [...all];
  const waiting: ((one: T) => void)[] = [];
  return {
    take: async (): Promise<T> => free.pop() ?? (await new Promise<T>(got => waiting.push(got))),
    give: (one: T): void => {
      const next = waiting.shift();
      if (next === undefined) free.push(one);
      else next(one);
    },
  };
};
const startCell = (folder: string, ports: readonly number[]) => {
  const script = join(import.meta.dirname, '../operator/cell.ts');
  const words = ['-nm', '--kill-child', process.execPath, script, folder, ...ports.map(String)];
  const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    run: async (what: CellRun): Promise<Ended> => {
      child.stdin.write(`${JSON.stringify(what)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error('a cell has ended: unshare -nm needs root');
      return JSON.parse(value) as Ended;
    },
    stop: () => child.stdin.end(),
  };
};
/** What its webhook serves with. */
const keepCertificates = async (folder: string): Promise<void> => {
  const certificates = join(folder, 'k8s-webhook-server/serving-certs');
  mkdirSync(certificates, { recursive: true });
  const { cert, key } = await issue(await makeAuthority());
  writeFileSync(join(certificates, 'tls.crt'), cert);
  writeFileSync(join(certificates, 'tls.key'), key, { mode: 0o600 });
};
