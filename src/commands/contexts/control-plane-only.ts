import { sentenceText } from '../../base/advice.ts';
import { printable, usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { assembleContexts } from '../../fleet/assemble.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import type { Inventory } from '../../fleet/inventory.ts';
import { readOffline } from '../../fleet/offline.ts';
import type { Topology } from '../../fleet/topology.ts';
import { refusedRight, rightsTexts, roleToAskFor } from '../../kube/refused-right.ts';
import type { GlobalArgs } from '../global-options.ts';
import { tellNoOperator } from '../no-operator.ts';
import { withControlPlane } from '../session.ts';

interface Namespaces {
  readonly namespace?: string | undefined;
  readonly 'all-namespaces'?: boolean | undefined;
}
export const refuseBothNamespaces = (args: Namespaces): void => {
  if (args['all-namespaces'] === true && args.namespace !== undefined)
    throw usage('--all-namespaces and --namespace exclude each other', 'pass one of them');
};

/** A flag that chooses a cluster asks for an answer of that cluster, which manifests and snapshots do not give. */
const connectionFlags = [
  ...(['kubeconfig', 'context', 'cluster', 'user', 'server', 'tls-server-name', 'insecure-skip-tls-verify'] as const),
  ...(['token', 'certificate-authority', 'client-certificate', 'client-key', 'as', 'as-uid', 'as-group', 'as-user-extra'] as const),
];
export const refuseClusterFlags = (args: GlobalArgs): void => {
  const flagName = connectionFlags.find(flag => args[flag] !== undefined && args[flag] !== false);
  if (flagName !== undefined)
    throw usage(`--${flagName} chooses a cluster, and with -f nothing is dialled`, `pass either -f or --${flagName}`);
};

/** What the control plane alone shows, or the manifests or snapshot of `-f`: no data plane is dialled. */
export const readUndialled = async (
  io: IO,
  args: GlobalArgs & Namespaces & { readonly filename?: readonly string[] | undefined },
): Promise<Inventory> => {
  refuseBothNamespaces(args);
  if (args.filename !== undefined) {
    refuseClusterFlags(args);
    return readOffline(io, args.filename, { namespace: args.namespace });
  }
  return withControlPlane(io, args, async ({ connection, config }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    tellNoOperator(io, controlPlane, config);
    const contexts = assembleContexts({ controlPlane, probes: new Map(), dataPlanes: new Map() });
    return Object.freeze({ now: io.now(), source: 'cluster', warnBeforeDays: 30, controlPlane, contexts, places: new Map() });
  });
};

/** Exit 3 when something that should have been read was not, each told on standard error; 0 otherwise, whatever is wrong with it. */
export const exitOf = (io: IO, { unread }: Topology, context: string): 0 | 3 => {
  const missedReads = unread.filter(({ expected }) => !expected);
  const rights = missedReads.flatMap(({ detail }) => refusedRight(detail) ?? []);
  // The commands that dial nobody know no target; the role is the same everywhere.
  for (const text of rightsTexts(rights, context)) io.err(`${printable(text)}: ${sentenceText(roleToAskFor, {})}\n`);
  for (const { what, detail } of missedReads)
    if (refusedRight(detail) === undefined) io.err(`${printable(what)} not read: ${printable(detail)}\n`);
  return missedReads.length === 0 ? 0 : 3;
};
