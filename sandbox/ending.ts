import { spawnSync } from 'node:child_process';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Cleans up when the process ends or is told to, and lets it end as it would have. */
export const onEndOfProcess = (cleanUp: () => void): (() => void) => {
  const handlers = signals.map(signal => {
    const handler = () => {
      cleanUp();
      process.kill(process.pid, signal);
    };
    process.once(signal, handler);
    return () => process.off(signal, handler);
  });
  process.once('exit', cleanUp);
  return () => {
    process.off('exit', cleanUp);
    for (const off of handlers) off();
  };
};

/**
 * Ends this process when npm has gone that ran it, or the shell that npm ran it in: a signal that ends npm alone reaches nobody else.
 * Nothing is done for a process that npm has not started.
 */
export const endWithNpm = (): void => {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const { ppid } = process;
  const printed = spawnSync('ps', ['-o', 'ppid=', '-p', String(ppid)], { encoding: 'utf8' }).stdout ?? '';
  const above = [ppid, Number(printed.trim())].filter(pid => pid > 1);
  const timer = setInterval(() => {
    if (!above.every(isAlive)) process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
};
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
