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
