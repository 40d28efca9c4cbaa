/** Whether a name is still looked up that nobody waits for any more. */
const isHeld = (): boolean => process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap');

/**
 * Ends the process at once. A process cannot exit while getaddrinfo waits for a name server, which may take half a minute: there it becomes
 * another program, which does nothing but exit with the same code.
 */
export const leave = (code: number): void => {
  if (isHeld() && process.platform !== 'win32') {
    const sealed = process.getBuiltinModule('node:sea').isSea();
    process.execve?.(process.execPath, [process.argv0, ...(sealed ? [leaving, `${code}`] : ['-e', `process.exit(${code})`])]);
  }
  process.exit(code);
};
/** The argument by which the binary knows that it is to do nothing else; scripts/sea/loader.ts. */
const leaving = '__leave';
