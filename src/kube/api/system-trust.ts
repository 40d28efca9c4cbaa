import { readdirSync, readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import type { IO } from '../../base/io.ts';

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

/** The certificates that this machine trusts, as Go finds them: `SSL_CERT_FILE` and `SSL_CERT_DIR` first; root_unix.go loadSystemRoots. */
export const systemRoots = (env: IO['env'], platform: NodeJS.Platform = process.platform): readonly string[] => {
  // There Go asks the system, and looks at no variable.
  if (platform === 'darwin' || platform === 'win32') return getCACertificates('system');
  const file = env['SSL_CERT_FILE'] ?? '';
  const folder = env['SSL_CERT_DIR'] ?? '';
  const first = (file === '' ? bundles : [file]).map(textOf).find(text => text !== undefined);
  const beside = (folder === '' ? folders : folder.split(':')).flatMap(certificatesIn);
  return [...new Set([first ?? '', ...beside].flatMap(text => text.match(certificate) ?? []))];
};
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};
const certificatesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).map(name => textOf(`${folder}/${name}`) ?? '');
  } catch {
    return [];
  }
};
