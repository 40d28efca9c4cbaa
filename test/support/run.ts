import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import './overrun.ts';
import { printedOn } from './printed.ts';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export const bundle = join(import.meta.dirname, '../../dist/kubectl-k8ssandra.cjs');
/** The path of what is tested. Ends the process where nobody has made it, with one line for all tests that cannot be run. */
export const there = (path: string, command: string): string => {
  if (existsSync(path)) return path;
  console.error(`${path} is not there\nfix: ${command}`);
  process.exit(1);
};
/** The built bundle, or the packaged binary named by K8SSANDRA_BINARY. */
export const program = (): [string, string[]] => {
  const binary = process.env['K8SSANDRA_BINARY'];
  return binary === undefined ? [process.execPath, [there(bundle, 'npm run build')]] : [there(binary, 'npm run package'), []];
};

/** Runs the program as a user's shell would: no tty, a plain environment, and what it printed; `under` another program where that is named; Ctrl-C ends it when that is pressed. */
export const run = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
  under: readonly string[] = [],
  [own, first]: readonly [string, readonly string[]] = program(),
  interrupted?: AbortSignal,
): Promise<Run> =>
  new Promise((done, broken) => {
    const [command = own, ...words] = [...under, own, ...first, ...args];
    const child = spawn(command, words, {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8', ...env },
    });
    const [stdout, stderr] = [printedOn(child.stdout), printedOn(child.stderr)];
    interrupted?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
    child.on('error', broken);
    child.on('close', code => done({ code, stdout: stdout(), stderr: stderr() }));
    child.stdin.on('error', () => undefined).end(input);
  });

export interface CheckJson {
  readonly operatorWouldStart: boolean | null;
  readonly operatorStart: { readonly verdict: string; readonly culprit?: string; readonly context?: string; readonly message: string };
  readonly contexts: readonly {
    readonly name: string;
    readonly status: string;
    readonly probes: readonly { readonly id: string; readonly status: string }[];
  }[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly contexts: readonly string[];
    readonly message: string;
    readonly blocksStart?: boolean;
    readonly place?: { readonly file: string; readonly line: number };
  }[];
}
/** Runs `contexts check -o json` and reads the one document it printed. */
export const runJson = async (args: readonly string[]): Promise<Run & { readonly json: CheckJson }> => jsonOf(await run(args));
export const jsonOf = (ran: Run): Run & { readonly json: CheckJson } => {
  assert.notEqual(ran.stdout, '', ran.stderr);
  return { ...ran, json: JSON.parse(ran.stdout) as CheckJson };
};
