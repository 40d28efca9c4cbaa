import { usage } from '../../base/errors.ts';
import { readInput } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { nearest } from '../../base/nearest.ts';
import { shortList } from '../../base/text.ts';
import { manifestsIn, told } from '../../fleet/from-manifests/documents.ts';
import { objectsOf, placed } from '../../fleet/from-manifests/objects.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { clusterKey } from '../../fleet/placement.ts';
import { required } from '../../kube/api/objects.ts';
import { apiVersion, type K8ssandraCluster, kinds } from '../../kube/kinds.ts';

type Placing = (controlPlane: ControlPlane) => readonly K8ssandraCluster[];

/** `-`, a path with a folder, or a name that ends as a manifest does. Anything else is the name of an object. */
export const isFile = (text: string): boolean => text === '-' || /^\.{0,2}\//.test(text) || /\.(ya?ml|json)$/i.test(text);

/** What `--for` names: K8ssandraClusters of a manifest that need not be applied yet, or a live one. */
export const placingOf = async (io: IO, text: string, namespace: string | undefined, fallback: string): Promise<Placing> => {
  if (isFile(text)) {
    const clusters = await clustersIn(io, text, namespace ?? fallback);
    return () => clusters;
  }
  return controlPlane => [named(required(controlPlane.clusters, 'K8ssandraClusters', controlPlane.context), text, namespace)];
};

const kindWords = ['k8ssandracluster', 'k8ssandraclusters', 'k8ssandracluster.k8ssandra.io', 'k8ssandraclusters.k8ssandra.io'];
const named = (clusters: readonly K8ssandraCluster[], text: string, flag: string | undefined): K8ssandraCluster => {
  const parts = text.split('/');
  const words = kindWords.includes((parts[0] ?? '').toLowerCase()) && parts.length > 1 ? parts.slice(1) : parts;
  const [first = '', second] = words;
  if (words.length > 2 || words.includes(''))
    throw usage(`--for ${text} names no K8ssandraCluster`, 'pass it as in --for k8ssandracluster/demo or --for prod/demo');
  const name = second ?? first;
  const namespace = second === undefined ? flag : first;
  const matches = clusters.filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  if (matches.length > 1)
    throw usage(
      `${matches.length} K8ssandraClusters are named ${name}: ${matches.map(clusterKey).sort().join(', ')}`,
      `say which one, as in --for ${matches.map(clusterKey).sort()[0]}`,
    );
  const keys = clusters.map(clusterKey).sort();
  const close = keys.filter(key => nearest(name, [key.replace(/^.*\//, '')]) !== undefined);
  throw usage(
    `there is no K8ssandraCluster ${namespace === undefined ? name : `${namespace}/${name}`}`,
    close.length > 0
      ? `name ${close.slice(0, 5).join(' or ')}, if that is meant`
      : keys.length === 0
        ? 'pass a manifest, as in --for demo.yaml: this control plane has none yet'
        : `name one of ${shortList(keys, 5)}`,
  );
};

const clustersIn = async (io: IO, file: string, namespace: string): Promise<readonly K8ssandraCluster[]> => {
  const source = file === '-' ? 'stdin' : file;
  const text = await readInput(io, file, '', 'pass a manifest that can be read');
  const { manifests, faults } = await io.compute(() => manifestsIn({ file: source, text, named: true }));
  const { kind } = kinds.k8ssandraCluster;
  const clusterManifests = manifests.filter(one => one.kind === kind && one.apiVersion === apiVersion(kinds.k8ssandraCluster));
  const [fault] = [...faults, ...objectsOf(clusterManifests, namespace).faults];
  if (fault !== undefined) throw usage(told(fault), 'correct it there, or render the template first');
  if (clusterManifests.length === 0)
    throw usage(`${source} holds no ${apiVersion(kinds.k8ssandraCluster)} ${kind}`, 'pass the manifest that you would apply');
  // The API is asked about the manifest whole, with the fields that nobody here reads.
  return clusterManifests.map(({ value }) => {
    return kinds.k8ssandraCluster.codec.read(placed(value, namespace), '');
  });
};
