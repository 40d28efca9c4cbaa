import { known, type Read } from '../../base/read.ts';
import { unreadOf } from '../../kube/api/answer.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { kinds } from '../../kube/kinds.ts';
import type { Operator } from '../../operator/environment.ts';
import { imageConfigFault, imageConfigLabel } from '../../operator/image-config.ts';
import { inItsWords, releaseOf } from '../../operator/releases.ts';
import type { ControlPlane } from '../inventory.ts';
import { askServed, missingOf } from './crds.ts';

type OwnNeeds = Pick<ControlPlane, 'imageConfig' | 'imageConfigFault' | 'ownCrds'>;
/** What the operator of the control plane needs in its own cluster to start, whatever its ClientConfigs are. */
export const readOwnNeeds = async (connection: Connection, operator: Operator | undefined): Promise<OwnNeeds> => {
  if (operator === undefined) return { imageConfig: known(true) };
  const release = releaseOf(operator.version);
  const [imageConfigs, ownCrds] = await Promise.all([
    release.imageConfig ? listObjects(connection, kinds.configMap, operator.namespace, imageConfigLabel) : undefined,
    readCrds(connection, release.crds),
  ]);
  if (imageConfigs?.ok === false) return { imageConfig: imageConfigs, ownCrds };
  const message = imageConfigs === undefined ? undefined : imageConfigFault(imageConfigs.value, release.imageConfigOptional);
  const fault = message === undefined ? undefined : inItsWords(release, message);
  return { imageConfig: known(fault === undefined), ownCrds, ...(fault === undefined ? {} : { imageConfigFault: fault }) };
};
const readCrds = async (connection: Connection, names: readonly string[]): Promise<Read<readonly string[]>> => {
  const missingCrds = missingOf(await askServed(connection, names), names);
  return missingCrds.ok ? known(missingCrds.value) : unreadOf(missingCrds);
};
