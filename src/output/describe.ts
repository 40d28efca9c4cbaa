import { X509Certificate } from 'node:crypto';
import { unreadWords } from '../base/cause.ts';
import { printable } from '../base/errors.ts';
import type { Read } from '../base/read.ts';
import { shownName } from '../base/shown.ts';
import type { Report } from '../checks/report.ts';
import type { Registration } from '../fleet/registrations.ts';
import { annotation } from '../kube/annotations.ts';
import type { Event } from '../kube/kinds.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import type { TokenClaims } from '../kube/token-claims.ts';
import { resourceHashAnnotation, secretHashAnnotation, specHash } from '../operator/hash.ts';
import { labelled } from './facts.ts';
import { span } from './layout.ts';

type Line = readonly [name: string, value: string];
interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}
/** None without a value. */
const line = (name: string, value: string | undefined): readonly Line[] => (value === undefined ? [] : [[name, value]]);

/** Everything that is known of one ClientConfig, in kubectl's shape of a description; no credential but its fingerprint. */
export const describeText = (
  registered: Registration,
  report: Pick<Report, 'findings' | 'unknown' | 'target'>,
  events: Read<readonly Event[]>,
  now: number,
): string =>
  [
    summary(registered, now),
    hashes(registered),
    kubeconfig(registered, now),
    references(registered),
    findings(registered.context, report),
    eventLines(events, now),
  ]
    .flatMap(({ title, lines }) => {
      const width = Math.max(...lines.map(([name]) => name.length), 0);
      return [
        `${title}:`,
        ...lines.map(([name, value]) => `  ${name === '' ? '' : `${`${name}:`.padEnd(width + 1)}  `}${printable(value)}`),
      ];
    })
    .map(line => `${line.trimEnd()}\n`)
    .join('');

const when = (ms: number, now: number): string =>
  `${new Date(ms).toISOString()} (${ms < now ? `${span(now - ms)} ago` : `in ${span(ms - now)}`})`;
const summary = ({ config, context, secret, loaded }: Registration, now: number): Section => {
  const creationTime = Date.parse(config.metadata.creationTimestamp ?? '');
  const notes = secret.ok ? (secret.value?.annotations ?? {}) : {};
  return {
    title: `ClientConfig ${config.metadata.namespace}/${config.metadata.name}`,
    lines: [
      ['context', context],
      ['created', Number.isNaN(creationTime) ? 'unknown' : when(creationTime, now)],
      [
        'secret',
        `${config.spec?.kubeConfigSecret?.name ?? '(none)'}${secret.ok ? (secret.value === undefined ? ' (does not exist)' : ` (keys: ${secret.value.keys.map(shownName).join(', ')})`) : ` (${secret.reason}: ${secret.detail})`}`,
      ],
      ['loaded', loaded === undefined ? 'unknown' : loadedWords[loaded]],
      ...[
        ['created from', notes[annotation.sourceContext]],
        ['cluster uid', notes[annotation.sourceCluster]],
        ['service account', notes[annotation.serviceAccount]],
        ['token secret', notes[annotation.tokenSecret]],
        ['accepted', notes[annotation.allowed]],
        ['rotation', notes[annotation.rotation] === undefined ? undefined : 'under way'],
      ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : line(name, shownName(value)))),
    ],
  };
};
const loadedWords = {
  current: 'yes, the operator has read exactly this',
  stale: 'no, it has changed since the operator read it',
  never: 'no, the operator has never read it',
  ignored: 'no, the operator does not watch this namespace',
  'no-secret': 'no, its Secret does not exist',
} as const;
const hashes = ({ config, secret }: Registration): Section => {
  const { [resourceHashAnnotation]: spec = '(none)', [secretHashAnnotation]: data = '(none)' } = config.metadata.annotations ?? {};
  const now = secret.ok && secret.value !== undefined ? secret.value.hash : 'unknown';
  return {
    title: 'Hashes (operator read / now)',
    lines: [
      ['spec', `${spec} / ${specHash(config.spec)}`],
      ['secret', `${data} / ${now}`],
    ],
  };
};
const kubeconfig = ({ stored, secret }: Registration, now: number): Section => {
  if (stored === undefined)
    return { title: 'Kubeconfig', lines: [['', secret.ok ? 'there is none' : `not read: ${unreadWords(secret.reason)}`]] };
  if (!stored.ok) return { title: 'Kubeconfig', lines: [['', `broken: ${stored.message}`]] };
  return { title: 'Kubeconfig', lines: [...connectionLines(stored.value), ...credentialLines(stored.value, now)] };
};
const connectionLines = (stored: StoredKubeconfig): readonly Line[] => [
  ['server', shownUrl(stored.server)],
  ...line('tls-server-name', stored.tlsServerName === undefined ? undefined : shownName(stored.tlsServerName)),
  ...line('proxy-url', stored.proxyUrl === undefined ? undefined : shownUrl(stored.proxyUrl)),
  ...line('TLS', stored.insecure ? 'NOT verified' : undefined),
  ...chain(stored.caPem).map((text, index): Line => [index === 0 ? 'CA' : `CA ${index + 1}`, text]),
];
const credentialLines = ({ auth, token, claims, clientCertificatePem }: StoredKubeconfig, now: number): readonly Line[] => [
  ['authenticates by', auth.join(', ') || 'nothing (anonymous)'],
  ...line('token', token?.fingerprint),
  ...(claims === undefined ? [] : claimLines(claims, now)),
  ...chain(clientCertificatePem).map((text): Line => ['client certificate', text]),
];
const claimLines = ({ subject, serviceAccountUid, secretName, expiresAt }: TokenClaims, now: number): readonly Line[] => [
  ['subject', shownName(subject ?? '(none)')],
  ['account uid', shownName(serviceAccountUid ?? '(none)')],
  ['lives in Secret', shownName(secretName ?? '(none: bound token)')],
  ['expires', expiresAt === undefined ? 'never' : when(expiresAt, now)],
];
/** Subject and end of each certificate of a PEM bundle. */
const chain = (pem: string | undefined): readonly string[] =>
  (pem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(one => {
    try {
      const { subject, issuer, validToDate } = new X509Certificate(one);
      return `${subject.replaceAll('\n', ', ')}${subject === issuer ? ' (self-signed)' : `, by ${issuer.replaceAll('\n', ', ')}`}, until ${validToDate.toISOString().slice(0, 10)}`;
    } catch {
      return 'not readable';
    }
  });
const references = ({ references: all }: Registration): Section => ({
  title: 'Used by',
  lines:
    all === undefined
      ? [['', 'unknown: what uses it could not be read']]
      : all.length === 0
        ? [['', 'nothing']]
        : all.map(({ kind, namespace, name, field }): Line => ['', `${kind} ${namespace}/${name} ${field}`]),
});
const findings = (context: string, { findings: all, unknown, target }: Pick<Report, 'findings' | 'unknown' | 'target'>): Section => {
  const about = all.filter(({ contexts }) => contexts.includes(context));
  const openChecks = unknown.filter(({ contexts }) => contexts.length === 0 || contexts.includes(context));
  return {
    title: 'Findings',
    lines: [
      ...about.flatMap((finding): Line[] => [
        ['', `${finding.code} ${finding.severity}: ${finding.message}`],
        ...labelled(finding, target).map((text): Line => ['', `  ${text}`]),
      ]),
      ...openChecks.map(({ reason }): Line => ['', `unknown: ${reason}`]),
      ...line('', about.length + openChecks.length === 0 ? 'none' : undefined),
    ],
  };
};
const eventLines = (events: Read<readonly Event[]>, now: number): Section => ({
  title: 'Events',
  lines: !events.ok
    ? [['', `not read: ${unreadWords(events.reason)}`]]
    : events.value.length === 0
      ? [['', 'none']]
      : events.value.map(({ type, reason, message, lastTimestamp, eventTime, count }): Line => {
          const at = Date.parse(lastTimestamp ?? eventTime ?? '');
          return [
            '',
            `${type ?? '-'}  ${reason ?? '-'}  ${Number.isNaN(at) ? '-' : `${span(now - at)} ago`}${count === undefined || count < 2 ? '' : ` (x${count})`}  ${message ?? ''}`,
          ];
        }),
});
