import type { IO } from '../io.ts';
import { effectiveContext } from '../model/references.ts';
import { complete, type NamesOf, protocol } from './complete.ts';

/** Milliseconds from the start of the process: nobody waits longer for a Tab, unless a slow network is worth it to them. */
const patienceOf = ({ env }: IO): number => {
  const wanted = Number(env['KUBECTL_K8SSANDRA_COMPLETION_MS']);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 800;
};

/** Prints what may stand there, and nothing of what went wrong: a Tab is no question. */
export const runCompletion = async (io: IO, line: readonly string[]): Promise<void> => {
  const late = AbortSignal.timeout(Math.max(1, patienceOf(io) - Math.round(performance.now())));
  const gaveUp = new Promise<undefined>(done => late.addEventListener('abort', () => done(undefined), { once: true }));
  const found = await Promise.race([complete(io, line, namesOf({ ...io, interrupted: late })).catch(() => undefined), gaveUp]);
  io.end(protocol(found ?? { candidates: [], directive: 4 }));
};

const namesOf =
  (io: IO): NamesOf =>
  async (kind, flags) => {
    const [{ openControlPlane }, { listObjects }, { kinds }] = await Promise.all([
      import('../commands/options.ts'),
      import('../cluster/api.ts'),
      import('../model/kinds.ts'),
    ]);
    const text = (name: string): string | undefined => flags.get(name);
    const { connection } = await openControlPlane(io, {
      kubeconfig: text('kubeconfig'),
      context: text('context'),
      cluster: text('cluster'),
      user: text('user'),
      namespace: text('namespace'),
      server: undefined,
      'tls-server-name': undefined,
      'insecure-skip-tls-verify': flags.has('insecure-skip-tls-verify') ? true : undefined,
      token: text('token'),
      as: text('as'),
      'as-group': undefined,
      'request-timeout': `${patienceOf(io)}ms`,
      'no-color': undefined,
      v: 0,
    });
    try {
      const read = await listObjects(connection, kinds.clientConfig, text('namespace'));
      return read.ok
        ? [...new Set(read.value.map(config => (kind === 'contexts' ? effectiveContext(config) : config.metadata.name)))].sort()
        : [];
    } finally {
      connection.close();
    }
  };
