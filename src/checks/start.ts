import { unreadWords } from '../base/cause.ts';
import type { ContextState, ControlPlane, Inventory, Probe } from '../fleet/inventory.ts';
import { onlyHereBlocked, operatorVantage, passesHere } from '../fleet/vantage.ts';
import { accepts } from '../kube/annotations.ts';
import { configKey, secretKey } from '../kube/key.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { noneChosen } from '../operator/control-plane.ts';
import { effectiveContext, watchedInOrder } from '../operator/references.ts';
import { releaseOf } from '../operator/releases.ts';
import type { OperatorStart } from './report.ts';

/**
 * Whether the operator would come up if it restarted now: what ends it before it reads anything, then InitClientConfigs replayed over what
 * is stored (the first fault ends it at once), then what the probes show of faults that end it after its two minutes of cache sync. Source:
 * operator main.go, controllers/config/clientconfig_controller.go; domain.md 2.1-2.2 and 9.
 */
export const operatorStart = (inventory: Inventory): OperatorStart => {
  const { controlPlane, source } = inventory;
  const { clientConfigs, operator } = controlPlane;
  const before = beforeClientConfigs(inventory);
  if (before !== undefined) return before;
  if (!clientConfigs.ok) return { verdict: 'unknown', message: `ClientConfigs could not be read: ${unreadWords(clientConfigs.reason)}` };
  const readingOrder = watchedInOrder(clientConfigs.value, operator?.reads ?? operator?.watches ?? 'all');
  const atOnce = whileReading(readingOrder, inventory);
  const outcome = ofTheTwo(atOnce, afterStart(inventory));
  if (outcome?.verdict === 'does-not-start' || outcome?.verdict === 'starts-then-stops') return outcome;
  if (source === 'manifests')
    return { verdict: 'unknown', message: 'nothing was dialled: manifests do not show whether the data planes answer' };
  return outcome ?? { verdict: 'starts', message: `${new Set(readingOrder).size} ClientConfigs load` };
};
/** The first that is certain; else the first that leaves it open. */
const ofTheTwo = (...all: readonly (OperatorStart | undefined)[]): OperatorStart | undefined =>
  all.find(one => one !== undefined && one.verdict !== 'unknown') ?? all.find(one => one !== undefined);

/** What decides before the first ClientConfig is read. */
const beforeClientConfigs = ({ controlPlane, source }: Inventory): OperatorStart | undefined => {
  const { clientConfigCrd, clientConfigs, imageConfig, imageConfigFault, operator, operators } = controlPlane;
  if (clientConfigCrd.ok && !clientConfigCrd.value)
    return { verdict: 'does-not-start', message: 'no matches for kind "ClientConfig" in version "config.k8ssandra.io/v1beta1"' };
  if (!clientConfigs.ok && source === 'manifests') return { verdict: 'unknown', message: clientConfigs.detail };
  if (imageConfig.ok && !imageConfig.value)
    return {
      verdict: 'does-not-start',
      message: `unable to load image config from ConfigMap (v1beta2)${imageConfigFault === undefined ? '' : `: ${imageConfigFault}`}`,
    };
  if (operators.ok && operator === undefined) return { verdict: 'unknown', message: noneChosen(operators) };
  if (!operators.ok && operators.reason !== 'skipped')
    return {
      verdict: 'unknown',
      message: `the operator could not be read, nor which namespaces it watches: ${unreadWords(operators.reason)}`,
    };
  return undefined;
};

/** The ClientConfigs in the order of the operator, each read, hashed and parsed; old releases dial each as they come to it. */
const whileReading = (read: readonly ClientConfig[], { controlPlane, contexts, source, now }: Inventory): OperatorStart | undefined => {
  const { diesAtOnce } = releaseOf(controlPlane.operator?.version);
  const [malformedConfig] = (controlPlane.clientConfigs.ok ? controlPlane.clientConfigs.unfit : undefined) ?? [];
  let undecided: OperatorStart | undefined = malformedConfig === undefined ? undefined : { verdict: 'unknown', message: malformedConfig };
  const byName = new Map(contexts.map(context => [context.name, context]));
  const earlierConfigs = new Set<ClientConfig>();
  for (const config of read) {
    const where = { culprit: configKey(config), context: effectiveContext(config) };
    if (earlierConfigs.has(config)) return { verdict: 'does-not-start', ...where, message: conflict(config) };
    earlierConfigs.add(config);
    const fault = immediateFault(config, controlPlane);
    if (fault === 'unknown') undecided ??= { verdict: 'unknown', ...where, message: 'its Secret could not be read' };
    else if (fault !== undefined) return { verdict: 'does-not-start', ...where, message: fault };
    const message = diesAtOnce ? dialFault(probedOf(config, byName.get(where.context), controlPlane), source, now) : undefined;
    if (message !== undefined) return { verdict: 'does-not-start', ...where, message };
  }
  return undecided;
};
/** It writes its hashes on each that it reads, and the second time what it writes on is out of date. */
const conflict = ({ metadata: { name } }: ClientConfig): string =>
  `Operation cannot be fulfilled on clientconfigs.config.k8ssandra.io "${name}": the object has been modified; please apply your changes to the latest version and try again`;
/** A ClientConfig with what probing it showed, whether it wins its name or not. */
type Probed = Pick<ContextState, 'stored'> & { readonly probe: Probe | undefined };
const probedOf = (config: ClientConfig, context: ContextState | undefined, { stored: all }: ControlPlane): Probed => {
  const [key, stored] = [configKey(config), all.get(configKey(config))];
  const winner = context?.providers.at(-1);
  const probe = winner !== undefined && configKey(winner) === key ? context?.probe : context?.losers?.get(key);
  return { probe, ...(stored === undefined ? {} : { stored }) };
};
/** Releases up to 1.16 ask each API server for its kinds when they make its client; in client-go's words as far as they are known from here. */
const dialFault = ({ probe, stored }: Probed, source: Inventory['source'], now: number): string | undefined => {
  const request = `Get "${shownUrl(stored?.ok === true ? stored.value.server : '')}/api?timeout=32s": `;
  const failure = probe === undefined ? undefined : [probe.reach, probe.tls, probe.version].find(step => step.status === 'fail');
  if (failure?.status === 'fail') return `${request}${failure.detail}`;
  if (probe?.identity.status === 'fail') {
    const { cause, detail } = probe.identity;
    if (cause === 'unauthorized') return 'the server has asked for the client to provide credentials';
    return detail.startsWith('403') ? `unknown (${detail})` : `${request}${detail}`;
  }
  const weakness = source === 'manifests' ? undefined : storedWeakness(stored, now);
  return weakness === undefined ? undefined : `${request}${weakness}`;
};

/** What ends it two minutes after the start of its controllers, or may. */
const afterStart = (inventory: Inventory): OperatorStart | undefined => {
  const { controlPlane, contexts, source, now } = inventory;
  const { imageConfig, ownCrds } = controlPlane;
  let undecided: OperatorStart | undefined =
    imageConfig.ok || imageConfig.reason === 'skipped'
      ? undefined
      : { verdict: 'unknown', message: `whether its ImageConfig is usable could not be read: ${unreadWords(imageConfig.reason)}` };
  if (ownCrds?.ok === true && ownCrds.value.length > 0)
    return { verdict: 'starts-then-stops', message: `${timeout}its own cluster does not serve ${ownCrds.value.join(', ')}` };
  if (ownCrds?.ok === false && ownCrds.reason !== 'skipped')
    undecided ??= { verdict: 'unknown', message: `which CRDs its own cluster serves could not be read: ${unreadWords(ownCrds.reason)}` };
  for (const context of contexts) {
    const winner = context.providers.at(-1);
    if (winner === undefined) continue;
    const where = { culprit: configKey(winner), context: context.name };
    const fault =
      vantageFault(context, controlPlane) ??
      faultOf(context, source, now) ??
      (isTrusted(context, controlPlane) ? undefined : untold(context.stored));
    if (fault?.certain === true) return { verdict: 'starts-then-stops', ...where, message: fault.message };
    for (const { config, ...lost } of loserFaults(context, inventory)) {
      const details = { culprit: configKey(config), context: context.name, message: lost.message };
      if (lost.certain) return { verdict: 'starts-then-stops', ...details };
      undecided ??= { verdict: 'unknown', ...details };
    }
    if (fault !== undefined) undecided ??= { verdict: 'unknown', ...where, message: fault.message };
  }
  return undecided;
};
const noProbe = 'the operator watches the cluster of this ClientConfig too, though another one wins its name, and it was not probed';
/** What its two minutes come to by the ClientConfigs that lose a name: it watches their clusters too. */
export const loserFaults = (
  context: ContextState,
  { controlPlane, source, now }: Inventory,
): readonly { readonly config: ClientConfig; readonly certain: boolean; readonly message: string }[] =>
  context.providers.slice(0, -1).flatMap(config => {
    const { probe, stored } = probedOf(config, context, controlPlane);
    // What does not load ends it at once, and is told with that.
    if (stored?.ok !== true) return [];
    if (probe === undefined) return source === 'manifests' ? [] : [{ config, certain: false, message: noProbe }];
    const fault = faultOf({ probe, stored }, source, now) ?? untold(stored);
    return fault === undefined ? [] : [{ config, ...fault }];
  });
const timeout = 'timed out waiting for cache to be synced: ';

/** The message with which the operator exits at once, `undefined` when it would go on. */
const immediateFault = (config: ClientConfig, { secrets, stored: all }: ControlPlane): string | 'unknown' | undefined => {
  const name = config.spec?.kubeConfigSecret?.name ?? '';
  const secret = secrets.get(secretKey(config));
  if (name === '') return 'resource name may not be empty';
  if (secret === undefined || !secret.ok) return 'unknown';
  if (secret.value === undefined) return `secrets "${name}" not found`;
  const kubeconfig = all.get(configKey(config));
  if (kubeconfig === undefined) return 'unknown';
  return kubeconfig.ok ? undefined : kubeconfig.message;
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
const faultOf = (
  { probe, stored }: Pick<ContextState, 'probe' | 'stored'>,
  source: Inventory['source'],
  now: number,
): ReturnType<typeof lateFault> => {
  const fault = source === 'manifests' ? undefined : lateFault(probe);
  if (fault?.certain === true || probe.identity.status === 'pass') return fault;
  return storedFault(stored, now) ?? fault;
};
const isTrusted = (context: ContextState, controlPlane: ControlPlane): boolean =>
  (context.secret.ok && accepts(context.secret.value?.annotations ?? {}, 'system-ca')) ||
  (context.loaded.status === 'pass' && context.loaded.value === 'current' && operatorVantage(context, controlPlane).status === 'reached');
/** Without a CA it trusts what its image trusts, which is not known; what it has counted itself proves more. */
const untold = (stored: Stored | undefined): ReturnType<typeof lateFault> =>
  stored?.ok !== true || stored.value.insecure || stored.value.caPem !== undefined || stored.value.caFile !== undefined
    ? undefined
    : { certain: false, message: 'its kubeconfig holds no CA, and whether the image of the operator trusts its server is not known' };
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
  // A token wins over a plugin.
  if (token === undefined && (auth.includes('exec') || auth.includes('auth-provider')))
    return 'it names a plugin, which the operator does not have';
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
  const startRights = access.status === 'pass' ? access.value.missing.filter(({ tier }) => tier === 'start') : [];
  const [first] = startRights;
  if (first !== undefined)
    return { certain: true, message: `timed out waiting for cache to be synced: may not ${first.verb} ${first.resource}` };
  const failedStep = [reach, identity, access, crds].find(step => step.status !== 'pass');
  return failedStep === undefined ? undefined : { certain: false, message: failedStep.detail };
};
