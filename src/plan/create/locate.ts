import { UserError, usage } from '../../base/errors.ts';
import type { Read } from '../../base/read.ts';
import { withoutEnd } from '../../base/text.ts';
import { readOperators } from '../../fleet/from-cluster/operators.ts';
import { readClusterUid } from '../../fleet/from-cluster/user-context.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { kubeconfigBytes } from '../../fleet/stored-secret.ts';
import { annotation } from '../../kube/annotations.ts';
import type { Connection, Limits } from '../../kube/api/connection.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { kinds } from '../../kube/kinds.ts';
import { serverFault } from '../../kube/kubeconfig/address.ts';
import { parseStored } from '../../kube/kubeconfig/parse.ts';
import type { SelectedContext } from '../../kube/kubeconfig/select.ts';
import { shownUrl, unroutable } from '../../kube/kubeconfig/url.ts';
import type { Operator } from '../../operator/environment.ts';
import { effectiveContext } from '../../operator/references.ts';
import { dataPlaneOperators } from '../account.ts';
import type { Guard } from '../refusals.ts';
import { watchedConfigs } from '../registration.ts';
import type { Candidate, CreateOptions } from './candidate.ts';
import type { Kept, RegistrationPlace } from './place.ts';

/** One data plane that shall be registered, and what may be refused of it. */
export interface CreateRun {
  readonly source: Connection;
  readonly selected: SelectedContext;
  readonly controlPlane: ControlPlane;
  readonly options: CreateOptions;
  readonly limits: Limits;
  readonly guard: Guard;
}

/** Which cluster the data plane is, and its operators where one of them is to be chosen. */
export const facedWith = async (
  source: Connection,
  { serviceAccount, sourceNamespace }: CreateOptions,
): Promise<{ readonly clusterUid: string | undefined; readonly operators: Read<readonly Operator[]> | undefined }> => {
  const [clusterUid, operators] = await Promise.all([
    readClusterUid(source),
    serviceAccount !== undefined && sourceNamespace !== undefined ? undefined : readOperators(source, sourceNamespace),
  ]);
  return { clusterUid: clusterUid.ok ? clusterUid.value : undefined, operators };
};

/** What a flag says, what is stored already, else what the user's own context says; only what the operator can dial. */
export const chooseServer = (selected: SelectedContext, options: CreateOptions, kept: Kept, guard: Guard): string => {
  const server = withoutEnd(options.server ?? kept.server ?? selected.server, '/');
  if (!/^https:/i.test(server))
    throw new UserError(
      `refused: the server ${shownUrl(server)} of ${selected.name} is not https, so the token would travel in the clear`,
      'pass the https address with --server',
    );
  const fault = serverFault(server);
  if (fault !== undefined)
    throw usage(
      `refused: the operator would not reach the server ${shownUrl(server)} of ${selected.name}: ${fault}`,
      'correct it in the kubeconfig, or pass another with --server https://host:6443',
    );
  const why = unroutable(server);
  guard.refuse('loopback', why === undefined ? undefined : { server, of: selected.name, why });
  return server;
};

/** The account that the operator will be in the data plane: the named one, or that of the operator there. */
export const chooseAccount = async (
  { source, options, guard }: CreateRun,
  operators: Read<readonly Operator[]> | undefined,
): Promise<Pick<Candidate, 'operator' | 'serviceAccount'>> => {
  const operator =
    operators === undefined
      ? undefined
      : chooseOperator(
          required(operators, 'the operator Deployment (label control-plane=k8ssandra-operator)', source.context),
          source.context,
          options,
        );
  const absent = operator === undefined && options.serviceAccount === undefined;
  guard.refuse('no-operator', absent ? { context: source.context, namespace: options.sourceNamespace } : undefined);
  const namespace = options.sourceNamespace ?? operator?.namespace ?? 'k8ssandra-operator';
  const name = options.serviceAccount ?? operator?.serviceAccount ?? 'k8ssandra-operator';
  const account = required(
    await getObject(source, kinds.serviceAccount, namespace, name),
    `ServiceAccount ${namespace}/${name}`,
    source.context,
  );
  if (account?.metadata.uid === undefined)
    throw new UserError(
      `ServiceAccount ${namespace}/${name} does not exist in ${source.context}`,
      'correct --service-account or --source-namespace; this command never creates one, because it would have no rights',
    );
  return { operator, serviceAccount: { namespace, name, uid: account.metadata.uid } };
};
const chooseOperator = (operators: readonly Operator[], context: string, options: CreateOptions): Operator | undefined => {
  const here = operators.filter(({ namespace }) => options.sourceNamespace === undefined || namespace === options.sourceNamespace);
  const candidates = dataPlaneOperators(here);
  if (candidates.length < 2) return candidates[0];
  throw new UserError(
    `${context} has ${candidates.length} operators: ${candidates
      .map(({ namespace, name }) => `${namespace}/${name}`)
      .sort()
      .join(', ')}`,
    'choose one with --source-namespace',
    2,
  );
};

interface Located {
  readonly contextName: string;
  readonly clusterUid: string | undefined;
  readonly server: string;
  readonly place: RegistrationPlace;
}
/** Refuses a cluster that is the control plane, that has a context already, or whose context belongs to another cluster. */
export const refuseOtherPlaces = ({ controlPlane, selected, options, guard }: CreateRun, located: Located): void => {
  const { contextName, clusterUid: uid, server, place } = located;
  const ownUid = controlPlane.clusterUid.ok ? controlPlane.clusterUid.value : undefined;
  const itself = (uid !== undefined && uid === ownUid) || (ownUid === undefined && server === controlPlane.server);
  guard.refuse('control-plane', itself ? { selected: selected.name } : undefined);
  const provider = duplicateCluster(controlPlane, contextName, uid, server);
  guard.refuse('duplicate-cluster', provider === undefined ? undefined : { provider });
  const before = place.notes[annotation.sourceCluster];
  guard.refuse(
    'other-cluster',
    before !== undefined && uid !== undefined && before !== uid
      ? { config: `${options.destNamespace}/${place.name}`, uid: before, context: contextName, selected: selected.name }
      : undefined,
  );
};
const duplicateCluster = (controlPlane: ControlPlane, contextName: string, uid: string | undefined, server: string): string | undefined => {
  // An operator beside this one has contexts of its own.
  for (const config of watchedConfigs(controlPlane)) {
    if (effectiveContext(config) === contextName) continue;
    const secret = controlPlane.secrets.get(`${config.metadata.namespace ?? ''}/${config.spec?.kubeConfigSecret?.name ?? ''}`);
    if (secret?.ok !== true || secret.value?.kubeconfig === undefined) continue;
    const sourceUid = secret.value.annotations[annotation.sourceCluster];
    const kubeconfig = parseStored(kubeconfigBytes(secret.value.kubeconfig), effectiveContext(config));
    if ((uid !== undefined && sourceUid === uid) || (kubeconfig.ok && kubeconfig.value.server === server))
      return `ClientConfig ${config.metadata.namespace}/${config.metadata.name}`;
  }
  return undefined;
};
