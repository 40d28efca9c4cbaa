import { readFileSync } from 'node:fs';

export interface Archive {
  readonly os: string;
  readonly arch: string;
  readonly file: string;
  readonly sha256: string;
}

/** What the release bot of krew's index does with its template: the tag, and the address and sha256 of each archive. Throws where the two do not name the same archives. */
export const krewManifest = (version: string, archives: readonly Archive[], template = readFileSync('.krew.yaml', 'utf8')): string => {
  const sums = new Map(archives.map(({ file, sha256 }) => [file, sha256]));
  const manifest = template
    .replace(/^#.*\n/gm, '')
    .replaceAll('{{ .TagName }}', `v${version}`)
    .replace(/^( *)\{\{addURIAndSha "([^"]*)" \.TagName \}\}$/gm, (_, indent: string, uri: string) => {
      const file = uri.slice(uri.lastIndexOf('/') + 1);
      const sha256 = sums.get(file);
      if (sha256 === undefined) throw new Error(`.krew.yaml names ${file}, which is not built`);
      sums.delete(file);
      return `${indent}uri: ${uri}\n${indent}sha256: "${sha256}"`;
    });
  if (sums.size > 0) throw new Error(`.krew.yaml does not name ${[...sums.keys()].join(', ')}`);
  return manifest;
};
