import type { Step } from '../base/read.ts';
import type { ControlPlane, Probe } from '../fleet/inventory.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { plannedLine } from '../plan/changes.ts';
import type { Candidate } from '../plan/create/candidate.ts';
import { plannedBy, type Write } from '../plan/journal.ts';
import { mark, type Style } from './style.ts';

/** What a create is about to do: what was proven of each data plane, then every write. */
export const planLines = (
  controlPlane: ControlPlane,
  destNamespace: string,
  plans: readonly { readonly candidate: Candidate; readonly writes: readonly Write[] }[],
  style: Style,
): readonly string[] =>
  plans.flatMap(({ candidate, writes }) => [
    `plan  control plane ${controlPlane.context}/${destNamespace}  <-  data plane ${candidate.source.context}/${candidate.serviceAccount.namespace}`,
    ...proofLines(candidate, style).map(line => `  ${line}`),
    ...candidate.keeps.map(line => `  = ${line}`),
    ...writes.map(write => `  ${plannedLine(plannedBy(write))}`),
  ]);

const proofLines = ({ proof, tls, endpoint }: Candidate, style: Style): string[] => {
  const okMark = mark('ok', { ...style, color: false });
  const warningMark = mark('warning', { ...style, color: false });
  const tlsLine = `${endpoint.insecure === true ? warningMark : okMark} TLS ${endpoint.insecure === true ? 'NOT verified' : 'verified'} at ${shownUrl(endpoint.server)} (${tls.subject}, ${tls.sans.length} SANs, until ${new Date(tls.notAfter).toISOString().slice(0, 10)})`;
  if (proof === undefined) return [tlsLine, `${warningMark} the credential could not be proven before writing`];
  return [tlsLine, ...stepLines(proof).map(([ok, text]) => `${ok ? okMark : warningMark} ${text}`)];
};
const stepLines = ({ version, identity, access, crds }: Probe): [boolean, string][] => [
  [version.status === 'pass', `data plane answers, Kubernetes ${shown(version, text => text)}`],
  [identity.status === 'pass', `token is ${shown(identity, ({ username }) => username)}`],
  [
    access.status === 'pass' && access.value.missing.length === 0,
    `access ${shown(access, ({ asked, missing }) => `${asked - missing.length}/${asked}`)}`,
  ],
  [
    crds.status === 'pass' && crds.value.missing.length === 0,
    `CRDs ${shown(crds, ({ asked, missing }) => `${asked - missing.length}/${asked}`)}`,
  ],
];
const shown = <T>(step: Step<T>, text: (value: T) => string): string =>
  step.status === 'pass' ? text(step.value) : `unknown (${step.detail})`;
