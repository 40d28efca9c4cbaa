import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { kubectl, type Sentence, sentence } from '../../base/advice.ts';
import { causes } from '../../base/cause.ts';
import { printable, UserError } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import type { Exec } from '../kubeconfig/v1.ts';
import { credentialIn, type ExecCluster, execInfo, type PluginCredential, UnfitAnswer } from './exec-credential.ts';

/** What a plugin may use of this machine. */
export type PluginHost = Pick<IO, 'env' | 'stdinTty' | 'stderrTty' | 'withTerminal'>;
export interface PluginLimits {
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal | undefined;
  /** milliseconds, or none while a person is looking on */
  readonly timeout: number | undefined;
  /** true where nobody asked for anything, as behind a Tab: no terminal, and nothing of its own on the screen */
  readonly silent: boolean;
}
/** Bytes; a credential has some thousands. */
const longestAnswer = 1024 * 1024;

/** Runs an exec plugin as client-go does (plugin/pkg/client/auth/exec/exec.go). What it prints on standard output is never shown. */
export const runPlugin = async (
  context: string,
  plugin: Exec,
  cluster: ExecCluster | undefined,
  host: PluginHost,
  limits: PluginLimits,
): Promise<PluginCredential> => {
  const interactive = isInteractive(context, plugin, host, limits.silent);
  const file = located(context, plugin, host.env['PATH'] ?? '');
  const env = {
    ...host.env,
    ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: execInfo(plugin, cluster, interactive),
  };
  const run = (): Promise<string> => answerOf(context, plugin, () => started(file, plugin.args, env, interactive, limits.silent), limits);
  const output = interactive ? await host.withTerminal(run) : await run();
  try {
    return credentialIn(plugin, output);
  } catch (error) {
    if (error instanceof UnfitAnswer) throw failed(context, plugin, error.message);
    throw error;
  }
};

const failed = (context: string, { command }: Exec, what: string, fix?: Sentence): UserError =>
  new UserError(
    `context ${context}: the exec plugin ${printable(command)} gave no credential: ${what}`,
    fix ??
      sentence`log in again, or correct the exec entry of the context's user; the same plugin is run by ${kubectl(context, 'version')}`,
  );
const isInteractive = (context: string, plugin: Exec, { stdinTty }: PluginHost, silent: boolean): boolean => {
  const available = stdinTty && !silent;
  if (plugin.interactiveMode === 'Always' && !available)
    throw failed(
      context,
      plugin,
      'it wants a terminal, and standard input is none',
      'run this in a terminal, or use a context that logs in without one',
    );
  return plugin.interactiveMode !== 'Never' && available;
};

/** Where the command stands: looked up in the PATH of this program, not in the one that the plugin is given. */
const located = (context: string, plugin: Exec, path: string): string => {
  const { command, installHint } = plugin;
  const places =
    command.includes(sep) || command.includes('/') ? [command] : path.split(delimiter).map(folder => join(folder || '.', command));
  // Windows finds it by its endings.
  const file = process.platform === 'win32' && places.length > 1 ? command : places.find(isProgram);
  if (file !== undefined) return file;
  const hint = printable(installHint.replace(/\s+/g, ' ').trim());
  throw new UserError(
    `context ${context}: exec plugin "${printable(command)}" ${places.length > 1 ? 'is not on PATH' : 'does not exist'}`,
    hint === '' ? `install ${printable(command)}, or correct the exec entry of the context's user` : hint,
  );
};
const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const started = (file: string, args: readonly string[], env: IO['env'], interactive: boolean, silent: boolean): ChildProcess =>
  spawn(file, args, {
    env,
    // Its own group, so that it can be ended with all it has started; but only where it needs no terminal.
    detached: silent && process.platform !== 'win32',
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', silent ? 'ignore' : 'inherit'],
    windowsHide: true,
  });
const end = (child: ChildProcess, silent: boolean): void => {
  child.stdout?.destroy();
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (silent && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else {
      // One that asks for a password has to give the terminal back; one that does not listen is ended all the same, and never outlives us.
      child.kill('SIGTERM');
      const kill = (): void => void child.kill('SIGKILL');
      setTimeout(kill, 200).unref();
      process.once('exit', kill);
      child.once('exit', () => process.off('exit', kill));
    }
  } catch {
    // It has just ended.
  }
};
const answerOf = (
  context: string,
  plugin: Exec,
  start: () => ChildProcess,
  { signal, deadline, timeout, silent }: PluginLimits,
): Promise<string> =>
  new Promise((done, broken) => {
    if (signal.aborted) return broken(signal.reason);
    if (deadline?.aborted === true) return broken(failed(context, plugin, causes.deadline.one));
    const child = start();
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
      deadline?.removeEventListener('abort', late);
      settle();
    };
    const giveUp = (error: unknown): void =>
      finish(() => {
        end(child, silent);
        broken(error);
      });
    const interrupted = (): void => giveUp(signal.reason);
    const late = (): void => giveUp(failed(context, plugin, causes.deadline.one));
    const timer =
      timeout === undefined ? undefined : setTimeout(() => giveUp(failed(context, plugin, `no answer within ${timeout / 1000}s`)), timeout);
    signal.addEventListener('abort', interrupted, { once: true });
    deadline?.addEventListener('abort', late, { once: true });
    child.stdout?.on('data', (part: Buffer) => {
      size += part.length;
      if (size > longestAnswer) giveUp(failed(context, plugin, 'it printed more than 1 MiB'));
      else parts.push(part);
    });
    child.once('error', (error: NodeJS.ErrnoException) => giveUp(failed(context, plugin, `it does not start (${error.code ?? 'failed'})`)));
    child.once('close', (code, killed) =>
      code === 0
        ? finish(() => done(Buffer.concat(parts).toString('utf8')))
        : giveUp(failed(context, plugin, killed === null ? `it ended with exit code ${code}` : `it was ended by ${killed}`)),
    );
  });
