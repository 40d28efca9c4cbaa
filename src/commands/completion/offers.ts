import type { IO } from '../../base/io.ts';
import { type Completion, fitting, type LineSoFar, lastOf, type Offers, type Suggestion } from '../../cli/completion/complete.ts';
import type { GlobalArgs } from '../global-options.ts';

const files = new Set(
  'kubeconfig ca-file filename snapshot suppress-file source-kubeconfig dest-kubeconfig for output-file certificate-authority client-certificate client-key'.split(
    ' ',
  ),
);
const codeFlags = ['only', 'skip', 'suppress'];
const kubeconfigLists: Readonly<Record<string, 'contexts' | 'clusters' | 'users'>> = {
  context: 'contexts',
  'from-context': 'contexts',
  'ca-from-context': 'contexts',
  'source-context': 'contexts',
  'dest-context': 'contexts',
  cluster: 'clusters',
  user: 'users',
};

/** What the values of our flags may be. Only names ask a cluster, which has so many milliseconds. */
export const offersOf = (io: IO, patience: number): Offers => {
  const names = async (kind: Kind, { flags, globals }: LineSoFar): Promise<readonly Suggestion[]> =>
    // The names in manifests are not those of a cluster.
    flags.has('filename') ? [] : namesOf(io, patience, kind, (await globals()) as GlobalArgs);
  const flag = async (name: string, text: string, line: LineSoFar): Promise<Completion | undefined> => {
    if (name === 'for-context') return fitting(text, await names('contexts', line));
    if (name === 'suppress' && text.includes('=')) return lastOf(text, '=', async part => fitting(part, await names('contexts', line)));
    if (codeFlags.includes(name)) return fitting(text, await codes());
    const list = kubeconfigLists[name];
    if (list === undefined) return undefined;
    const path = line.flags.get(name === 'source-context' ? 'source-kubeconfig' : name === 'dest-context' ? 'dest-kubeconfig' : '');
    const all = fitting(text, await kubeconfigNames(io, path ?? line.flags.get('kubeconfig'), list));
    // rotate takes them as NAME=CONTEXT too.
    return all.candidates.length === 0 && text.includes('=') ? lastOf(text, '=', part => flag(name, part, line)) : all;
  };
  return {
    files,
    flag,
    positional: async (name, line) => {
      const [noun, verb] = line.names;
      if (name === 'CODE') return codes();
      // A new name is nobody's yet.
      if (name !== 'NAME' || verb === 'create') return [];
      return names(noun === 'contexts' ? 'contexts' : 'clientconfigs', line);
    },
  };
};
const codes = async (): Promise<readonly Suggestion[]> =>
  (await import('../../checks/index.ts')).checks.map(({ code, title }) => ({ word: code, describe: title }));
const kubeconfigNames = async (io: IO, path: string | undefined, list: 'contexts' | 'clusters' | 'users'): Promise<readonly string[]> =>
  [...(await (await import('../../kube/kubeconfig/user.ts')).readUserKubeconfig(io, path))[list].keys()].sort();

/** What a shell takes for a word whatever it stands in: who may write a ClientConfig must not type a command into somebody's line. */
const typableWord = /^[\p{L}\p{N}._@:/+%,-]+$/u;

type Kind = 'clientconfigs' | 'contexts';
/** Names that only a control plane knows. */
const namesOf = async (io: IO, patience: number, kind: Kind, args: GlobalArgs): Promise<readonly Suggestion[]> => {
  const [{ listObjects }, { kinds }, { effectiveContext }] = await Promise.all([
    import('../../kube/api/lists.ts'),
    import('../../kube/kinds.ts'),
    import('../../operator/references.ts'),
  ]);
  const connection = await connect(io, patience, args);
  try {
    const read = await listObjects(connection, kinds.clientConfig, args.namespace);
    if (!read.ok) return [];
    const descriptions = new Map(
      read.value.map(config => {
        const { namespace, name } = config.metadata;
        const context = effectiveContext(config);
        return kind === 'contexts' ? [context, `ClientConfig ${namespace}/${name}`] : [name, `context ${context} in ${namespace}`];
      }),
    );
    return [...descriptions]
      .filter(([word]) => typableWord.test(word))
      .map(([word, describe]) => ({ word, describe }))
      .sort((a, b) => (a.word < b.word ? -1 : 1));
  } finally {
    connection.close();
  }
};

const connect = async (io: IO, patience: number, args: GlobalArgs) => {
  const [{ connectUser }, { selectControlPlane }] = await Promise.all([import('../../kube/api/connection.ts'), import('../options.ts')]);
  const { selected } = await selectControlPlane(io, args);
  return connectUser(selected, { timeout: patience, signal: io.interrupted }, true);
};
