import type { IO } from '../../base/io.ts';
import type { GlobalArgs } from '../../commands/global-options.ts';
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
  async (kind, args) => {
    const [{ listObjects }, { kinds }, { effectiveContext }] = await Promise.all([
      import('../../kube/api/lists.ts'),
      import('../../kube/kinds.ts'),
      import('../../operator/references.ts'),
    ]);
    const connection = await connect(io, args);
    try {
      const read = await listObjects(connection, kinds.clientConfig, args.namespace);
      if (!read.ok) return [];
      const found = new Map(
        read.value.map(config => {
          const { namespace, name } = config.metadata;
          const context = effectiveContext(config);
          return kind === 'contexts' ? [context, `ClientConfig ${namespace}/${name}`] : [name, `context ${context} in ${namespace}`];
        }),
      );
      return [...found].map(([word, describe]) => ({ word, describe })).sort((a, b) => (a.word < b.word ? -1 : 1));
    } finally {
      connection.close();
    }
  };

const connect = async (io: IO, args: GlobalArgs) => {
  const [{ connectUser }, { selectControlPlane }, { withPluginsAnswer }] = await Promise.all([
    import('../../kube/api/connection.ts'),
    import('../../commands/options.ts'),
    import('./exec-plugin.ts'),
  ]);
  const { selected } = await selectControlPlane(io, args);
  // A login of the old kind may open a browser, and cannot be stopped.
  if (selected.user['auth-provider'] !== undefined) throw new Error('auth-provider');
  return connectUser(await withPluginsAnswer(selected, io), { timeout: patienceOf(io), signal: io.interrupted });
};
