import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

export interface Archive {
  readonly os: string;
  readonly arch: string;
  readonly file: string;
  readonly sha256: string;
}
const releases = 'https://github.com/k8ssandra/kubectl-k8ssandra/releases/download';

/** The manifest for krew-index: the template with version, address and sha256 of each archive. */
export const krewManifest = (version: string, archives: readonly Archive[]): string => {
  const document = parseDocument(readFileSync('plugin.yaml', 'utf8'));
  document.setIn(['spec', 'version'], `v${version}`);
  document.setIn(
    ['spec', 'platforms'],
    archives.map(({ os, arch, file, sha256 }) => ({
      selector: { matchLabels: { os, arch } },
      uri: `${releases}/v${version}/${file}`,
      sha256,
      bin: `kubectl-k8ssandra${os === 'windows' ? '.exe' : ''}`,
    })),
  );
  if (document.contents !== null) document.contents.commentBefore = null;
  return document.toString({ lineWidth: 0 });
};
