import { readdirSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { UserError } from '../../base/errors.ts';
import { fileProblem } from '../../base/input-output.ts';
import type { Machine } from '../../base/io.ts';

/** Where distributions keep the bundle; Go crypto/x509 root_linux.go and root_bsd.go. */
const bundles: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const folders: readonly string[] = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

type Reader = Pick<Machine, 'env' | 'readBytes'>;
/** The certificates that this machine trusts, as Go finds them: `SSL_CERT_FILE` and `SSL_CERT_DIR` first; root_unix.go loadSystemRoots. */
export const systemRoots = async (machine: Reader, platform: NodeJS.Platform = process.platform): Promise<readonly string[]> => {
  // There Go asks the system, and looks at no variable.
  if (platform === 'darwin' || platform === 'win32') return getCACertificates('system');
  const { SSL_CERT_FILE: file = '', SSL_CERT_DIR: folder = '' } = machine.env;
  const texts = [(await firstIn(machine, file === '' ? bundles : [file])) ?? ''];
  for (const path of (folder === '' ? folders : folder.split(':')).flatMap(filesIn)) texts.push((await textAt(machine, path)) ?? '');
  return [...new Set(texts.flatMap(text => text.match(certificate) ?? []))];
};
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const firstIn = async (machine: Reader, paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) {
    const text = await textAt(machine, path);
    if (text !== undefined) return text;
  }
  return undefined;
};
/** Nothing where it cannot be read, as in Go. Ctrl-C and the deadline go on: a variable may name a pipe that nobody writes to. */
const textAt = async ({ readBytes }: Reader, path: string): Promise<string | undefined> => {
  try {
    return Buffer.from(await readBytes(path)).toString('latin1');
  } catch (error) {
    if (error instanceof UserError || fileProblem(error) === undefined) throw error;
    return undefined;
  }
};
const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).map(name => `${folder}/${name}`);
  } catch {
    return [];
  }
};
