import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms } from '../../sandbox/clusters/binary.ts';
import { printedOn } from './printed.ts';
import { program, type Run } from './run.ts';

/** Runs a line in a shell of a terminal, as who has pasted it there, and says yes to whatever it asks; what it needs is kept in the folder. */
export const startTerminal = async (folder: string): Promise<(line: string) => Promise<Run>> => {
  const bin = await installPrograms(join(folder, 'bin'));
  return async line => {
    const terminal = spawn('python3', [join(import.meta.dirname, 'terminal.py'), 'sh', '-c', line], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder, LANG: 'C.UTF-8', TERM: 'dumb' },
    });
    const stdout = printedOn(terminal.stdout);
    terminal.stdout.on('data', () => {
      if (stdout().endsWith('[y/N] ')) terminal.stdin.write('y\n');
    });
    const [code] = (await once(terminal, 'close')) as [number | null];
    return { code, stdout: stdout(), stderr: '' };
  };
};

/** `kubectl`, and `kubectl k8ssandra` as its plugin. */
const installPrograms = async (bin: string): Promise<string> => {
  mkdirSync(bin);
  const found = spawnSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).stdout.trim();
  const { file, args } = found === '' ? (await findPrograms(process.env, line => console.error(line))).kubectl : { file: found, args: [] };
  const [own, first] = program();
  const quoted = (words: readonly string[]): string => words.map(word => `"${word}"`).join(' ');
  writeFileSync(
    join(bin, 'kubectl'),
    `#!/bin/sh\nif [ "$1" = k8ssandra ]; then shift; exec ${quoted([own, ...first])} "$@"; fi\nexec ${quoted([file, ...args])} "$@"\n`,
  );
  chmodSync(join(bin, 'kubectl'), 0o755);
  return bin;
};
