import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
  readonly integrity?: string;
}
const locked = (): readonly (Locked & { readonly name: string; readonly path: string })[] => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Readonly<Record<string, Locked>> };
  return Object.entries(packages)
    .filter(([path, { dev, optional }]) => path !== '' && dev !== true && !(optional === true && !existsSync(path)))
    .map(([path, one]) => ({ ...one, path, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** What is in the binary, as CycloneDX: the run-time packages of the lock file, and Node. Times are left out, so that it is reproducible. */
export const billOfMaterials = (version: string, node: string): string =>
  `${JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: { component: { type: 'application', name: 'kubectl-k8ssandra', version, licenses: [{ license: { id: 'Apache-2.0' } }] } },
      components: [
        { type: 'platform', name: 'node', version: node, purl: `pkg:generic/node@${node}`, licenses: [{ license: { id: 'MIT' } }] },
        ...locked().map(({ name, version: at = '', license, integrity }) => ({
          type: 'library',
          name,
          version: at,
          purl: `pkg:npm/${name.replace('@', '%40')}@${at}`,
          ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
          ...(integrity?.startsWith('sha512-') === true
            ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }] }
            : {}),
        })),
      ],
    },
    null,
    2,
  )}\n`;

/** The licence texts of everything that is in the binary. */
export const thirdPartyLicences = (): string =>
  `kubectl-k8ssandra contains Node.js (https://github.com/nodejs/node/blob/main/LICENSE) and these packages.\n${locked()
    .map(({ name, version, license, path }) => {
      const file = readdirSync(path).find(one => /^licen[cs]e/i.test(one));
      return `\n${'='.repeat(80)}\n${name} ${version ?? ''} (${license ?? 'see text'})\n${'='.repeat(80)}\n${file === undefined ? 'No licence text is in the package.' : readFileSync(join(path, file), 'utf8').trim()}\n`;
    })
    .join('')}`;
