import { X509Certificate } from 'node:crypto';
import { printable } from '../base/errors.ts';
import type { Read } from '../base/read.ts';
import type { Report } from '../checks/report.ts';
import type { Registered } from '../fleet/registered.ts';
import { annotation } from '../kube/annotations.ts';
import type { Event } from '../kube/kinds.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { withoutUser } from '../kube/kubeconfig/url.ts';
import { resourceHashAnnotation, secretHashAnnotation, specHash } from '../operator/hash.ts';
import { labelled } from './facts.ts';
import { span } from './layout.ts';

interface Section {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

/** Everything that is known of one ClientConfig, in kubectl's shape of a description; no credential but its fingerprint. */
export const describeText = (
  registered: Registered,
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
const summary = ({ config, context, secret, loaded }: Registered, now: number): Section => {
  const created = Date.parse(config.metadata.creationTimestamp ?? '');
  const notes = secret.ok ? (secret.value?.annotations ?? {}) : {};
  return {
    title: `ClientConfig ${config.metadata.namespace}/${config.metadata.name}`,
    lines: [
      ['context', context],
      ['created', Number.isNaN(created) ? 'unknown' : when(created, now)],
      [
        'secret',
        `${config.spec?.kubeConfigSecret?.name ?? '(none)'}${secret.ok ? (secret.value === undefined ? ' (does not exist)' : ` (keys: ${secret.value.keys.join(', ')})`) : ` (${secret.reason}: ${secret.detail})`}`,
      ],
      ['loaded', loaded === undefined ? 'unknown' : loadedWords[loaded]],
      ...[
        ['created from', notes[annotation.sourceContext]],
        ['cluster uid', notes[annotation.sourceCluster]],
        ['service account', notes[annotation.serviceAccount]],
        ['token secret', notes[annotation.tokenSecret]],
        ['accepted', notes[annotation.allowed]],
        ['rotation', notes[annotation.rotation] === undefined ? undefined : 'under way'],
      ].flatMap(([name, value]): [string, string][] => (name === undefined || value === undefined ? [] : [[name, value]])),
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
const hashes = ({ config, secret }: Registered): Section => {
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
const kubeconfig = ({ stored, secret }: Registered, now: number): Section => {
  if (stored === undefined) return { title: 'Kubeconfig', lines: [['', secret.ok ? 'there is none' : `unknown: ${secret.reason}`]] };
  if (!stored.ok) return { title: 'Kubeconfig', lines: [['', `broken: ${stored.message}`]] };
  return { title: 'Kubeconfig', lines: [...connectionLines(stored.value), ...credentialLines(stored.value, now)] };
};
const connectionLines = (stored: StoredKubeconfig): [string, string][] => [
  ['server', withoutUser(stored.server)],
  ...(stored.tlsServerName === undefined ? [] : [['tls-server-name', stored.tlsServerName] as [string, string]]),
  ...(stored.proxyUrl === undefined ? [] : [['proxy-url', withoutUser(stored.proxyUrl)] as [string, string]]),
  ...(stored.insecure ? [['TLS', 'NOT verified'] as [string, string]] : []),
  ...chain(stored.caPem).map((text, index): [string, string] => [index === 0 ? 'CA' : `CA ${index + 1}`, text]),
];
const credentialLines = (stored: StoredKubeconfig, now: number): [string, string][] => {
  const { claims, token } = stored;
  return [
    ['authenticates by', stored.auth.join(', ') || 'nothing (anonymous)'],
    ...(token === undefined ? [] : [['token', token.fingerprint] as [string, string]]),
    ...(claims === undefined
      ? []
      : ([
          ['subject', claims.subject ?? '(none)'],
          ['account uid', claims.serviceAccountUid ?? '(none)'],
          ['lives in Secret', claims.secretName ?? '(none: bound token)'],
          ['expires', claims.expiresAt === undefined ? 'never' : when(claims.expiresAt, now)],
        ] as [string, string][])),
    ...chain(stored.clientCertificatePem).map((text): [string, string] => ['client certificate', text]),
  ];
};
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
const references = ({ references: all }: Registered): Section => ({
  title: 'Used by',
  lines:
    all === undefined
      ? [['', 'unknown: what uses it could not be read']]
      : all.length === 0
        ? [['', 'nothing']]
        : all.map(({ kind, namespace, name, field }): [string, string] => ['', `${kind} ${namespace}/${name} ${field}`]),
});
const findings = (context: string, { findings: all, unknown, target }: Pick<Report, 'findings' | 'unknown' | 'target'>): Section => {
  const about = all.filter(({ contexts }) => contexts.includes(context));
  const unjudged = unknown.filter(({ contexts }) => contexts.length === 0 || contexts.includes(context));
  return {
    title: 'Findings',
    lines: [
      ...about.flatMap((finding): [string, string][] => [
        ['', `${finding.code} ${finding.severity}: ${finding.message}`],
        ...labelled(finding, target).map((text): [string, string] => ['', `  ${text}`]),
      ]),
      ...unjudged.map(({ reason }): [string, string] => ['', `unknown: ${reason}`]),
      ...(about.length + unjudged.length === 0 ? ([['', 'none']] as [string, string][]) : []),
    ],
  };
};
const eventLines = (events: Read<readonly Event[]>, now: number): Section => ({
  title: 'Events',
  lines: !events.ok
    ? [['', `unknown: ${events.reason}`]]
    : events.value.length === 0
      ? [['', 'none']]
      : events.value.map(({ type, reason, message, lastTimestamp, eventTime, count }): [string, string] => {
          const at = Date.parse(lastTimestamp ?? eventTime ?? '');
          return [
            '',
            `${type ?? '-'}  ${reason ?? '-'}  ${Number.isNaN(at) ? '-' : `${span(now - at)} ago`}${count === undefined || count < 2 ? '' : ` (x${count})`}  ${message ?? ''}`,
          ];
        }),
});
