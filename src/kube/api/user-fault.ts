import { usage } from '../../base/errors.ts';
import { fileProblem } from '../../base/input-output.ts';
import type { Machine } from '../../base/io.ts';
import { shownPath } from '../../base/shown.ts';
import { evaluateLoaded } from '../kubeconfig/evaluate.ts';
import type { PodFiles } from '../kubeconfig/pod-files.ts';
import type { SelectedContext } from '../kubeconfig/select.ts';

/** Throws what kubectl refuses of a context, in its words: the entries, the files that they name, the URLs, certificates and keys. */
export const refuseUnusable = async (selected: SelectedContext): Promise<void> => {
  const { name, cluster, clusterName, user, userName, machine } = selected;
  const config = {
    clusters: new Map([[clusterName, cluster]]),
    users: new Map([[userName, user]]),
    contexts: new Map([[name, { cluster: clusterName, user: userName, namespace: '', extensions: [] }]]),
    currentContext: name,
  };
  const paths = [cluster.certificateAuthority, user.clientCertificate, user.clientKey, user.tokenFile];
  const evaluation = evaluateLoaded(config, name, { files: await filesOf(machine, paths), urls: { strictColons: false } });
  if (evaluation.stage === 'ok') return;
  const provider = replacements[user.authProvider?.name ?? ''];
  throw usage(
    `context ${name}: ${evaluation.message}`,
    evaluation.message.includes('auth plugin has been removed') && provider !== undefined
      ? provider
      : `correct the entries of context ${name} in the kubeconfig (cluster ${clusterName}, user ${userName})`,
  );
};
/** What became of the ways to log in that client-go had built in; plugin/pkg/client/auth/gcp and azure. */
const replacements: Readonly<Record<string, string>> = {
  gcp: 'install gke-gcloud-auth-plugin, then run gcloud container clusters get-credentials again',
  azure: 'install kubelogin (https://azure.github.io/kubelogin), then run kubelogin convert-kubeconfig',
};

/** What Go would say of files of this machine. */
const filesOf = async (machine: Machine, paths: readonly string[]): Promise<PodFiles> => {
  const faults = new Map(
    await Promise.all([...new Set(paths)].filter(path => path !== '').map(async path => [path, await faultOf(machine, path)] as const)),
  );
  const fault = (path: string): string | undefined => {
    const fault = faults.get(path);
    return fault === undefined ? undefined : `open ${shownPath(path)}: ${fault}`;
  };
  return { openFault: fault, readFault: fault };
};
const faultOf = async ({ readBytes }: Machine, path: string): Promise<string | undefined> => {
  try {
    await readBytes(path);
    return undefined;
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    return problem === 'no such file or folder' ? 'no such file or directory' : problem;
  }
};
