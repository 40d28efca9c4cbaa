import type { ContextState, ControlPlane, Inventory, Probe } from '../fleet/inventory.ts';
import { onlyHereBlocked, operatorVantage, passesHere } from '../fleet/vantage.ts';
import { configKey, secretKey } from '../kube/key.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import { effectiveContext, watchedInOrder } from '../operator/references.ts';
import type { OperatorStart } from './report.ts';

/**
 * Whether the operator would come up if it restarted now: InitClientConfigs replayed over what is stored (the first fault ends it at
 * once), then what the probes show of faults that end it after its two minutes of cache sync. Source: operator main.go,
 * controllers/config/clientconfig_controller.go; domain.md 2.1-2.2.
 */
export const operatorStart = ({ controlPlane, contexts, source, now }: Inventory): OperatorStart => {
  const { clientConfigCrd, clientConfigs, imageConfig, operator, operators } = controlPlane;
  if (clientConfigCrd.ok && !clientConfigCrd.value)
    return { verdict: 'does-not-start', message: 'no matches for kind "ClientConfig" in version "config.k8ssandra.io/v1beta1"' };
  if (!clientConfigs.ok)
    return {
      verdict: 'unknown',
      message: source === 'manifests' ? clientConfigs.detail : `ClientConfigs could not be read: ${clientConfigs.reason}`,
    };
  if (imageConfig.ok && !imageConfig.value)
    return { verdict: 'does-not-start', message: 'unable to load image config from ConfigMap (v1beta2)' };
  if (operators.ok && operator === undefined) return { verdict: 'unknown', message: 'there is no control plane operator here' };
  if (!operators.ok && operators.reason !== 'skipped')
    return { verdict: 'unknown', message: `the operator could not be read, nor which namespaces it watches: ${operators.reason}` };
  const read = watchedInOrder(clientConfigs.value, operator?.watches ?? 'all');
  const [unfit] = clientConfigs.unfit ?? [];
  let undecided: OperatorStart | undefined = unfit === undefined ? undefined : { verdict: 'unknown', message: unfit };
  for (const config of read) {
    const where = { culprit: configKey(config), context: effectiveContext(config) };
    const fault = immediateFault(config, controlPlane);
    if (fault === 'unknown') undecided ??= { verdict: 'unknown', ...where, message: 'its Secret could not be read' };
    else if (fault !== undefined) return { verdict: 'does-not-start', ...where, message: fault };
  }
  for (const context of contexts) {
    const winner = context.providers.at(-1);
    if (winner === undefined) continue;
    const where = { culprit: configKey(winner), context: context.name };
    const late = vantageFault(context, controlPlane) ?? faultOf(context, source, now);
    const loser = context.providers.length > 1 ? context.providers[0] : undefined;
    if (loser !== undefined && source !== 'manifests')
      undecided ??= {
        verdict: 'unknown',
        culprit: configKey(loser),
        context: context.name,
        message: 'the operator watches the cluster of this ClientConfig too, though another one wins its name, and it was not probed',
      };
    if (late === undefined) continue;
    if (late.certain) return { verdict: 'starts-then-stops', ...where, message: late.message };
    undecided ??= { verdict: 'unknown', ...where, message: late.message };
  }
  if (source === 'manifests')
    return { verdict: 'unknown', message: 'nothing was dialled: manifests do not show whether the data planes answer' };
  return undecided ?? { verdict: 'starts', message: `${read.length} ClientConfigs load` };
};

/** The message with which the operator exits at once, `undefined` when it would go on. */
const immediateFault = (config: ClientConfig, { secrets, stored: all }: ControlPlane): string | 'unknown' | undefined => {
  const name = config.spec?.kubeConfigSecret?.name ?? '';
  const secret = secrets.get(secretKey(config));
  if (name === '') return 'resource name may not be empty';
  if (secret === undefined || !secret.ok) return 'unknown';
  if (secret.value === undefined) return `secrets "${name}" not found`;
  const stored = all.get(configKey(config));
  if (stored === undefined) return 'unknown';
  return stored.ok ? undefined : stored.message;
};

/** What the operator's own counters tell against the probes from here; they say nothing of a credential that it has not loaded yet. */
const vantageFault = (context: ContextState, controlPlane: ControlPlane): { certain: boolean; message: string } | undefined => {
  if (onlyHereBlocked(context, controlPlane) !== undefined)
    return { certain: false, message: 'its API server is not reached from here, though the operator reaches it' };
  const loaded = context.loaded.status === 'pass' && context.loaded.value === 'current';
  if (!loaded || !passesHere(context) || operatorVantage(context, controlPlane).status !== 'unanswered') return undefined;
  return { certain: true, message: 'timed out waiting for cache to be synced: the operator gets no answer from its API server' };
};

/** What the probe shows, else what is stored shows by itself; a token that is let in has not expired by the clock that counts. */
const faultOf = ({ probe, stored }: ContextState, source: Inventory['source'], now: number): ReturnType<typeof lateFault> => {
  const shown = source === 'manifests' ? undefined : lateFault(probe);
  if (shown?.certain === true || probe.identity.status === 'pass') return shown;
  return storedFault(stored, now) ?? shown;
};
/** What makes the operator give up for certain, whoever answers: it would call as anonymous, or not call at all. */
const storedFault = (stored: Stored | undefined, now: number): { certain: boolean; message: string } | undefined => {
  const why = storedWeakness(stored, now);
  return why === undefined ? undefined : { certain: true, message: `timed out waiting for cache to be synced: ${why}` };
};
/** Why a kubeconfig that loads is of no use to the operator, as far as its text tells. */
const storedWeakness = (stored: Stored | undefined, now: number): string | undefined => {
  if (stored?.ok !== true) return undefined;
  const { server, auth, claims, token, clientCertificateNotAfter: certificateEnds } = stored.value;
  if (!server.startsWith('https://')) return 'its server is not https, so no credential is sent there';
  if (auth.length === 0) return 'it holds no credential';
  if (auth.includes('exec') || auth.includes('auth-provider')) return 'it names a plugin, which the operator does not have';
  if (claims?.expiresAt !== undefined && claims.expiresAt <= now) return 'its token has expired';
  // Beside a token the certificate is not all there is to let it in.
  return token === undefined && certificateEnds !== undefined && certificateEnds <= now ? 'its client certificate has expired' : undefined;
};

/** What makes the operator give up two minutes after it has started; not certain when a probe could not say. */
export const lateFault = ({ reach, tls, version, identity, access, crds }: Probe): { certain: boolean; message: string } | undefined => {
  for (const step of [reach, tls, version, identity]) {
    if (step.status === 'fail') return { certain: true, message: `timed out waiting for cache to be synced: ${step.detail}` };
  }
  if (crds.status === 'pass' && crds.value.missing.length > 0)
    return { certain: true, message: `timed out waiting for cache to be synced: ${crds.value.missing.join(', ')} not served` };
  const forbidden = access.status === 'pass' ? access.value.missing.filter(({ tier }) => tier === 'start') : [];
  const [first] = forbidden;
  if (first !== undefined)
    return { certain: true, message: `timed out waiting for cache to be synced: may not ${first.verb} ${first.resource}` };
  const unrun = [reach, identity, access, crds].find(step => step.status !== 'pass');
  return unrun === undefined ? undefined : { certain: false, message: unrun.detail };
};
