import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goBinary, isAllowed } from '../go-binary.ts';

const parts = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
export type Part = (typeof parts)[number];
/** How a part is started: a program, and the words that come before the part's own flags. */
export type Programs = Readonly<Record<Part, { readonly file: string; readonly args: readonly string[] }>>;

const folder = import.meta.dirname;

/** The programs in `KUBEBUILDER_ASSETS`, else the binary built from this folder, else a build of it. */
export const findPrograms = async (env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<Programs> => {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') return fromAssets(assets);
  const file = await goBinary(
    {
      folder,
      name: 'clusters',
      ldflags: await versionFlags(),
      for: 'start a Kubernetes API server, unless KUBEBUILDER_ASSETS names its programs',
    },
    env,
    log,
  );
  return {
    etcd: { file, args: ['etcd'] },
    'kube-apiserver': { file, args: ['kube-apiserver'] },
    'kube-controller-manager': { file, args: ['kube-controller-manager'] },
    kubectl: { file, args: ['kubectl'] },
  };
};

const fromAssets = async (assets: string): Promise<Programs> => {
  const program = (part: Part) => ({ file: join(assets, part), args: [] });
  const there = await Promise.all(parts.map(part => isAllowed(program(part).file, constants.X_OK)));
  const missing = parts.filter((_, index) => there[index] !== true);
  if (missing.length > 0) {
    throw new Error(`KUBEBUILDER_ASSETS=${assets} lacks ${missing.join(', ')}; without the controller manager no token Secret is filled`);
  }
  return {
    etcd: program('etcd'),
    'kube-apiserver': program('kube-apiserver'),
    'kube-controller-manager': program('kube-controller-manager'),
    kubectl: program('kubectl'),
  };
};

/** The server says which version it is by what is linked into it. */
const versionFlags = async (): Promise<string> => {
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)$/m.exec(goMod)?.[1] ?? 'v0.0.0';
  const [major, minor] = version.slice(1).split('.');
  const says = 'k8s.io/component-base/version';
  return `-X ${says}.gitVersion=${version} -X ${says}.gitMajor=${major} -X ${says}.gitMinor=${minor}`;
};
