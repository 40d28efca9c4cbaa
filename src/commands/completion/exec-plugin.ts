import { spawn } from 'node:child_process';
import type { IO } from '../../base/io.ts';
import type { SelectedContext } from '../../kube/kubeconfig/user.ts';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/**
 * The context with what its exec plugin answers in place of the plugin. The plugin gets no terminal, so that it cannot ask,
 * and is killed with all it has started when the signal comes: client-node would leave it behind.
 */
export const withPluginsAnswer = async (selected: SelectedContext, io: IO): Promise<SelectedContext> => {
  const exec = record(selected.user['exec']);
  const command = text(exec['command']);
  if (command === undefined) return selected;
  const info = JSON.stringify({ apiVersion: exec['apiVersion'], kind: 'ExecCredential', spec: { interactive: false } });
  const env = Object.fromEntries(
    (Array.isArray(exec['env']) ? exec['env'] : []).map(record).map(({ name, value }) => [String(name), String(value)]),
  );
  const args = (Array.isArray(exec['args']) ? exec['args'] : []).map(String);
  const printed = await output(command, args, { ...io.env, ...env, KUBERNETES_EXEC_INFO: info }, io.interrupted);
  const status = record(record(JSON.parse(printed))['status']);
  return {
    ...selected,
    user: {
      ...selected.user,
      exec: undefined,
      ...(text(status['token']) === undefined ? {} : { token: status['token'] }),
      ...(text(status['clientCertificateData']) === undefined
        ? {}
        : {
            'client-certificate-data': Buffer.from(String(status['clientCertificateData'])).toString('base64'),
            'client-key-data': Buffer.from(String(status['clientKeyData'])).toString('base64'),
          }),
    },
  };
};

const output = (command: string, args: readonly string[], env: IO['env'], stop: AbortSignal): Promise<string> =>
  new Promise((done, failed) => {
    const grouped = process.platform !== 'win32';
    const child = spawn(command, args, { env, detached: grouped, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    const kill = (): void => {
      if (child.pid === undefined) return;
      if (grouped) process.kill(-child.pid, 'SIGKILL');
      else child.kill();
    };
    stop.addEventListener('abort', kill, { once: true });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      printed += part;
    });
    child.on('error', failed);
    child.on('close', code => {
      stop.removeEventListener('abort', kill);
      if (code === 0) done(printed);
      else failed(new Error(`the plugin ended with ${code}`));
    });
  });
