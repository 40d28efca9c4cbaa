import { credential } from '../base/credential.ts';
import { shownName, shownPath, withoutSecrets } from '../base/shown.ts';
import type { ClientConfig, Secret } from '../kube/kinds.ts';
import { storedInSecret } from '../kube/kubeconfig/in-secret.ts';
import type { Stored, StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';

/** What of a kubeconfig a person is shown of a change, each as a text that holds no secret. */
const rows: readonly (readonly [field: string, show: (stored: StoredKubeconfig) => string | undefined])[] = [
  ['server', ({ server }) => shownUrl(server)],
  ['tls-server-name', ({ tlsServerName }) => (tlsServerName === undefined ? undefined : shownName(tlsServerName))],
  ['proxy-url', ({ proxyUrl }) => (proxyUrl === undefined ? undefined : shownUrl(proxyUrl))],
  [
    'certificate-authority',
    ({ caPem, caFile }) => (caPem === undefined ? (caFile === undefined ? undefined : shownPath(caFile)) : credential(caPem).fingerprint),
  ],
  ['insecure-skip-tls-verify', ({ insecure }) => (insecure ? 'true' : undefined)],
  ['token', ({ token }) => token?.fingerprint],
  ['authenticates by', ({ auth }) => auth.join(', ') || 'nothing'],
  ['impersonates', ({ impersonation }) => (impersonation === undefined ? undefined : withoutSecrets(JSON.stringify(impersonation)))],
];
/** What differs between two kubeconfigs, as `field: before -> after`. */
export const storedDifferences = (before: StoredKubeconfig, after: StoredKubeconfig): readonly string[] => {
  const lines = rows.flatMap(([field, show]) => {
    const [one = '(none)', other = '(none)'] = [show(before), show(after)];
    return one === other ? [] : [`${field}: ${one} -> ${other}`];
  });
  const hidden = (['server', 'proxyUrl'] as const).filter(
    field => before[field] !== after[field] && shownUrl(before[field] ?? '') === shownUrl(after[field] ?? ''),
  );
  return [
    ...lines,
    ...hidden.map(field => `${field === 'server' ? 'server' : 'proxy-url'}: another user or password, or written otherwise`),
  ];
};

/** Of two Secrets: what the kubeconfigs of a context say otherwise, and which other keys differ, never what they hold. */
export const secretDifferences =
  (contextName: string) =>
  (before: Secret, wanted: Secret): string[] => {
    const keys = new Set([...Object.keys(before.data ?? {}), ...Object.keys(wanted.data ?? {})]);
    return [...keys]
      .filter(key => before.data?.[key] !== wanted.data?.[key])
      .sort()
      .flatMap(key =>
        key === 'kubeconfig'
          ? kubeconfigDifferences(storedInSecret(before, contextName), storedInSecret(wanted, contextName))
          : [`data.${key} changes`],
      );
  };
const kubeconfigDifferences = (before: Stored | undefined, after: Stored | undefined): readonly string[] => {
  if (before?.ok !== true || after?.ok !== true) return [`kubeconfig: ${state(before)} -> ${state(after)}`];
  const differences = storedDifferences(before.value, after.value);
  return differences.length === 0 ? ['kubeconfig: the same, written otherwise'] : differences;
};
const state = (stored: Stored | undefined): string => (stored === undefined ? '(none)' : stored.ok ? 'one that loads' : stored.message);

/** Of two ClientConfigs: what of the spec differs, as `field: before -> after`. */
export const specDifferences = ({ spec: before }: ClientConfig, { spec: after }: ClientConfig): string[] => [
  ...textDifference('spec.contextName', before?.contextName, after?.contextName),
  ...textDifference('spec.kubeConfigSecret.name', before?.kubeConfigSecret?.name, after?.kubeConfigSecret?.name),
];
const textDifference = (field: string, before: string | undefined, wanted: string | undefined): readonly string[] =>
  before === wanted ? [] : [`${field}: ${before ?? '(none)'} -> ${wanted ?? '(none)'}`];
