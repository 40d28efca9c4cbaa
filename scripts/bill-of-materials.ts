import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  readonly 'bom-ref': string;
  readonly properties: readonly { readonly name: string }[];
}
interface Bill {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
/**
 * What is in the binaries, as CycloneDX and as npm reads the lock file: the run-time packages, and the packages that carry the Node of each
 * platform. What npm adds of the day, the folder and itself is left out, so that it is reproducible.
 */
export const billOfMaterials = (version: string): string => {
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const printed = execFileSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' });
  const { serialNumber, metadata, ...bill } = JSON.parse(printed) as Bill;
  // Its own --omit=dev leaves out what a tool needs too.
  const components = bill.components.filter(({ properties }) => properties.every(({ name }) => name !== 'cdx:npm:package:development'));
  const inside = new Set([metadata.component, ...components].map(one => one['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => inside.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(one => inside.has(one)) }));
  const component = { ...metadata.component, name: 'kubectl-k8ssandra', version };
  return `${JSON.stringify({ ...bill, metadata: { component }, components, dependencies }, null, 2)}\n`;
};

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
}
/** The licence texts of everything that is in the binary. */
export const thirdPartyLicences = (): string => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Readonly<Record<string, Locked>> };
  const texts = Object.entries(packages)
    .filter(
      ([path, { dev }]) => path !== '' && dev !== true && existsSync(path) && !/^node_modules\/node-(bin-)?(linux|darwin|win)-/.test(path),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const file = readdirSync(path).find(one => /^licen[cs]e/i.test(one));
      const text = file === undefined ? 'No licence text is in the package.' : readFileSync(join(path, file), 'utf8').trim();
      const line = '='.repeat(80);
      return `\n${line}\n${name} ${version} (${license ?? 'see text'})\n${line}\n${text}\n`;
    });
  return `kubectl-k8ssandra contains Node.js (https://github.com/nodejs/node/blob/main/LICENSE) and these packages.\n${texts.join('')}`;
};
