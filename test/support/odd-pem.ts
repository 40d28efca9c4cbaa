import type { Material } from './kubeconfig-material.ts';
import { pick, type Random } from './random.ts';

export const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
/** PEM with something wrong with it, or around it. */
export const oddPem = (random: Random, { pairs, oddPem: odd }: Material): string => {
  const { certificate, keys } = pick(random, pairs);
  const forms: readonly (() => string)[] = [
    () => bent(certificate, random),
    () => bent(certificate, random),
    () => bent(certificate, random),
    () => bent(certificate, random) + certificate,
    () => certificate + pick(random, pairs).certificate,
    () => pick(random, odd) + certificate,
    () => certificate + pick(random, odd),
    () => pick(random, odd),
    () => pick(random, odd) + pick(random, odd),
    () => pick(random, keys),
    () => pick(random, odd) + pick(random, keys),
    () => `text before\n${certificate}text behind`,
    () => certificate.replaceAll('\n', pick(random, ['\r\n', '\r', ' \n', '\t\n', '', '\n\n'])),
    () => certificate.replaceAll('CERTIFICATE', pick(random, ['TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'certificate', ''])),
    () => certificate.replace('-----\n', `-----\n${pick(random, ['Proc-Type: 4,ENCRYPTED\n\n', 'a: b\n', ': \n', 'a:\n\n'])}`),
    () => certificate.replaceAll(/^/gm, '  '),
    () => certificate.slice(0, random(certificate.length)),
    () => `\ufeff${certificate}`,
    () => `-----BEGIN CERTIFICATE-----\n${certificate}`,
    () => certificate.replace(/-----END.*$/s, ''),
  ];
  return pick(random, forms)();
};
/** The same PEM with bytes of its content changed. */
export const bent = (pem: string, random: Random): string => {
  const match = /^(-----BEGIN [^\n]*-----\n)([^-]*)(-----END .*)$/s.exec(pem);
  if (match === null) return pem;
  const [, head = '', body = '', tail = ''] = match;
  const bytes = [...Buffer.from(body, 'base64')];
  for (let left = 1 + random(2); left > 0; left--) {
    const at = random(bytes.length);
    const bend = random(6);
    if (bend === 0) bytes.splice(at, 1 + random(3));
    else if (bend === 1) bytes.splice(at, 0, random(256));
    else if (bend === 2) bytes.length = at;
    else bytes[at] = bend === 3 ? random(256) : (bytes[at] ?? 0) ^ (1 << random(8));
  }
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `${head}${lines.map(line => `${line}\n`).join('')}${tail}`;
};
export const oddBase64 = (random: Random, pem: string): string => {
  const text = base64(pem);
  const at = random(text.length + 1);
  const forms: readonly (() => string)[] = [
    () => text.replace(/=+$/, ''),
    () => text.replaceAll('+', '-').replaceAll('/', '_'),
    () => text.slice(0, at) + pick(random, [' ', '\n', '\r\n', '\t', '=', '*', 'é', '\u0000', '']) + text.slice(at),
    () => text.slice(0, at),
    () => `${text}${pick(random, ['=', '\n', ' ', '==', 'A', 'AAAA'])}`,
    () => text.replace(/(.{64})/g, `$1${pick(random, ['\n', ' ', '\r\n'])}`),
  ];
  return random(3) === 0 ? pick(random, forms)() : text;
};
