import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Part, Programs } from './binary.ts';

/** A process of the control plane, and the file that it writes its log to. */
export interface Running {
  readonly child: ChildProcess;
  readonly log: string;
}
export type Start = (part: Part, log: string, flags: readonly string[]) => Promise<Running>;

/** Starts parts and remembers them. They have none of our environment: `ETCD_*` or a proxy must not change a test. They live too shortly for Go to save memory. */
export const starter =
  (programs: Programs, running: Set<Running>): Start =>
  async (part, log, flags) => {
    const { file, args } = programs[part];
    const output = await open(log, 'a', 0o600);
    const child = spawn(file, [...args, ...flags], { env: { GOGC: '800' }, stdio: ['pipe', output.fd, output.fd] });
    const started = { child, log };
    running.add(started);
    child.once('exit', () => running.delete(started));
    try {
      await once(child, 'spawn');
    } finally {
      await output.close();
    }
    // A test that forgets to stop its clusters ends all the same, and takes them with it.
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    return started;
  };

export const ended = ({ child }: Running): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
export const end = async (part: Running): Promise<void> => {
  if (ended(part)) return;
  const exit = once(part.child, 'exit');
  part.child.ref();
  part.child.kill('SIGKILL');
  await exit;
};
