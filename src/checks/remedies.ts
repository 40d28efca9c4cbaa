import { byHand, type CommandLine, fix, kubectl, look, ours, type Remedy, type Sentence, sentence } from '../base/advice.ts';
import { known } from '../base/read.ts';
import { assembleContexts } from '../fleet/assemble.ts';
import type { ContextState, Inventory, UserContext } from '../fleet/inventory.ts';
import { accepts, annotation } from '../kube/annotations.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import { serverFault } from '../kube/kubeconfig/address.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { sameServer, shownUrl, unroutable } from '../kube/kubeconfig/url.ts';
import { effectiveContext } from '../operator/references.ts';
import type { Remedies, Scene } from './check.ts';

/** A ClientConfig that the operator does not read, as the one provider of its context. */
export const registration = (config: ClientConfig, { controlPlane }: Inventory): ContextState | undefined => {
  const { operator } = controlPlane;
  return assembleContexts({
    controlPlane: {
      ...controlPlane,
      clientConfigs: known([config]),
      ...(operator === undefined ? {} : { operator: { ...operator, watches: 'all' } }),
    },
    names: [effectiveContext(config)],
    probes: new Map(),
    dataPlanes: new Map(),
  })[0];
};
const winnerOf = ({ context }: Scene): ClientConfig | undefined => context?.providers.at(-1);
/** The ClientConfig of the context, as a command line names it; the context itself where nothing provides it. */
const registeredName = (scene: Scene): string => {
  const winner = winnerOf(scene);
  return winner === undefined ? (scene.context?.name ?? scene.found.context ?? '') : scene.nameOf(winner);
};
const storedOf = ({ context }: Scene): StoredKubeconfig | undefined => (context?.stored?.ok === true ? context.stored.value : undefined);
const notesOf = ({ context }: Scene): Readonly<Record<string, string>> =>
  context?.secret.ok === true ? (context.secret.value?.annotations ?? {}) : {};

/** The user's own context of the data plane: one whose server is the stored one, the recorded one first. A name alone proves nothing. */
export const sourceOf = (scene: Scene): UserContext | undefined => {
  const server = storedOf(scene)?.server;
  const candidates = server === undefined ? [] : scene.ways().to(server);
  return candidates.find(({ name }) => name === notesOf(scene)[annotation.sourceContext]) ?? candidates[0];
};
/** The user's context of the recorded or of the same name, else all, as far as no ClientConfig leads there: somebody has to say which is meant. */
const choicesOf = (scene: Scene): readonly string[] => {
  const { free } = scene.ways();
  const named = [notesOf(scene)[annotation.sourceContext], scene.context?.name ?? scene.found.context];
  const candidate = named.find(name => name !== undefined && free.includes(name));
  return candidate === undefined ? [...new Set(free)] : [candidate];
};
/** More than these are told by their names alone. */
const wholeCommands = 3;
/** A command with the user's own context of the data plane; where that is not known, one for each that may be it, for somebody to choose from. */
const bySource = (
  scene: Scene,
  command: CommandLine,
  given: (source: string) => CommandLine,
  flag: '--from-context' | '--ca-from-context' = '--from-context',
): readonly Remedy[] => {
  const source = sourceOf(scene);
  if (source !== undefined) return [fix(given(source.name))];
  const choices = choicesOf(scene);
  if (choices.length === 0 || choices.length > wholeCommands)
    return [
      byHand(
        sentence`run ${command} with ${flag} and your own context of that data plane${choices.length === 0 ? '' : `, one of ${choices.join(', ')}`}`,
      ),
    ];
  const all = choices.flatMap((name, at) => [at === 0 ? '' : ', or ', given(name)]);
  return [
    byHand([
      choices.length === 1 ? 'if your context of that data plane is this one: ' : 'with whichever of your contexts is that data plane: ',
      ...all,
    ]),
  ];
};

/** Another token for the same account; the user's own rights in the data plane are asked only where the stored token has none. */
export const rotated =
  (...flags: readonly string[]): Remedies =>
  scene => [fix(ours('clientconfig rotate', [registeredName(scene)], ...flags))];
export const rotatedByUser: Remedies = scene => {
  const name = registeredName(scene);
  const key = winnerOf(scene)?.metadata.name ?? name;
  return bySource(scene, ours('clientconfig rotate', [name]), source =>
    ours('clientconfig rotate', [name], '--from-context', `${key}=${source}`),
  );
};

/** The registration made anew; what is stored of it and can still be read is kept by the command itself. */
export const created =
  (...flags: readonly string[]): Remedies =>
  scene => {
    const context = scene.context?.name ?? scene.found.context ?? '';
    const namespace = winnerOf(scene)?.metadata.namespace;
    const home = scene.inventory.controlPlane.operator?.namespace;
    const rest = [
      ...(namespace === undefined || namespace === home || flags.includes('--dest-namespace') ? [] : ['--dest-namespace', namespace]),
      ...flags,
    ];
    return bySource(scene, ours('clientconfig create', [context], ...rest), source =>
      ours('clientconfig create', [context], '--from-context', source, ...rest),
    );
  };
/** Removed with its Secret and its token. */
export const deletion = (config: ClientConfig, { nameOf }: Scene): CommandLine => ours('clientconfig delete', [nameOf(config)]);
/** What the operator dies of: the winner of its context is made anew; a loser, and one that nothing uses or leads to, is removed. */
export const restored =
  (config: ClientConfig): Remedies =>
  scene => {
    const winner = winnerOf(scene);
    const needed = winner === undefined || winner === config;
    const used = scene.context === undefined || scene.context.references.length > 0;
    return needed && (used || choicesOf(scene).length > 0) ? created()(scene) : [fix(deletion(config, scene))];
  };

/** How the operator reaches the data plane, changed in what is stored. */
const updated = (scene: Scene, ...flags: readonly string[]): Remedy => fix(ours('clientconfig update', [registeredName(scene)], ...flags));
/** The stored address with TLS, or that of the user's kubeconfig. */
export const overHttps: Remedies = scene =>
  addressOf(scene) === undefined
    ? [updated(scene, '--server', shownUrl(storedOf(scene)?.server ?? '').replace(/^http:/i, 'https:'))]
    : readdressed('')(scene);
/** The CA that the data plane's server shows itself to be signed by, taken through the user's own context. */
export const trusted: Remedies = scene => {
  const name = registeredName(scene);
  const given = (source: string): CommandLine => ours('clientconfig update', [name], '--ca-from-context', source);
  return bySource(scene, ours('clientconfig update', [name]), given, '--ca-from-context');
};

const usable = (scene: Scene, server: string): boolean =>
  serverFault(server) === undefined && (unroutable(server) === undefined || accepts(notesOf(scene), 'loopback'));
/** Where the recorded context leads by now, when that is another address than the stored one: a proposal, which is proven before it is written. */
const addressOf = (scene: Scene): UserContext | undefined => {
  const sourceWay = scene.ways().named(notesOf(scene)[annotation.sourceContext]);
  const server = storedOf(scene)?.server ?? '';
  return sourceWay !== undefined && !sameServer(sourceWay.server, server) && usable(scene, sourceWay.server) ? sourceWay : undefined;
};
const isInternal = (host: string): boolean => /^kubernetes(\.|$)|\.svc$|\.cluster\.local$|\*/.test(host);
/** The addresses that the served certificate names, with the stored port. */
const certified = (scene: Scene): readonly string[] => {
  const server = storedOf(scene)?.server ?? '';
  const tls = scene.context?.probe.tls;
  if (tls?.status !== 'pass' || !URL.canParse(server)) return [];
  const { port } = new URL(server);
  return tls.value.sans
    .map(name => name.replace(/^(DNS|IP Address):/, ''))
    .filter(host => !isInternal(host))
    .map(host => `https://${host.includes(':') ? `[${host}]` : host}${port === '' ? '' : `:${port}`}`)
    .filter(one => URL.canParse(one) && !sameServer(one, server) && unroutable(one) === undefined);
};
/** Another address for the operator: that of the user's kubeconfig, else the one that the certificate is for, else words. */
export const readdressed =
  (otherwise: string): Remedies =>
  scene => {
    const source = addressOf(scene);
    if (source !== undefined)
      return [
        updated(
          scene,
          ...['--server', source.server],
          ...(source.tlsServerName === storedOf(scene)?.tlsServerName ? [] : ['--tls-server-name', source.tlsServerName ?? '']),
        ),
      ];
    const [only, ...others] = certified(scene);
    if (only !== undefined && others.length === 0) return [updated(scene, '--server', only)];
    const command = ours('clientconfig update', [registeredName(scene)]);
    return [
      byHand(
        only === undefined
          ? sentence`${otherwise}: ${command} with --server`
          : sentence`${otherwise}: ${command} with --server and one of ${[only, ...others].join(', ')}, which its certificate is for`,
      ),
    ];
  };
/** A look at the data plane with the user's own rights, where a context of it is known. */
export const lookedAt =
  (...words: readonly string[]): Remedies =>
  scene => {
    const source = sourceOf(scene);
    return source === undefined ? [] : [look(kubectl(source.name, ...words))];
  };
/** The names that a certificate is for, out of the answer that refused another. */
export const renamed: Remedies = scene => {
  const { tls, reach } = scene.context?.probe ?? {};
  const failure = [reach, tls].find(step => step?.status === 'fail');
  const names = failure?.status === 'fail' ? [...failure.detail.matchAll(/\bDNS:([^\s,]+)/g)].map(([, name = '']) => name) : [];
  const source = addressOf(scene);
  if (source !== undefined && names.includes(new URL(source.server).hostname)) return readdressed('')(scene);
  const name = names.find(one => !one.includes('*') && one !== 'localhost') ?? names.find(one => !one.includes('*'));
  return name === undefined
    ? readdressed('give it an address that its certificate is for')(scene)
    : [updated(scene, '--tls-server-name', name)];
};
/** Another way round: what the user's own kubeconfig goes through, or none. */
export const rerouted: Remedies = scene => {
  const source = sourceOf(scene);
  const storedProxy = storedOf(scene)?.proxyUrl;
  const proxyText = storedProxy === undefined ? undefined : shownUrl(storedProxy);
  const own = source?.proxyUrl ?? '';
  // What cannot be shown whole cannot be pasted either.
  if (source !== undefined && storedProxy !== undefined && source.proxyUrl !== proxyText && shownUrl(own) === own)
    return [updated(scene, '--proxy-url', own)];
  return [
    byHand(
      sentence`correct the proxy: ${ours('clientconfig update', [registeredName(scene)])} with --proxy-url, or with --proxy-url '' for none`,
    ),
  ];
};

export const said =
  (text: Sentence): Remedies =>
  () => [byHand(text)];
export const several =
  (...all: readonly Remedies[]): Remedies =>
  scene =>
    all.flatMap(one => one(scene));
export const status: Remedies = () => [look(ours('operator status'))];
/** A restart helps where the operator would come up; where it would not, what keeps it from that comes first. */
const restart =
  (...flags: readonly string[]): Remedies =>
  ({ start }) =>
    start().verdict === 'does-not-start'
      ? [byHand('cure what keeps the operator from starting, which is a finding of its own: it reads everything when it starts')]
      : [fix(ours('operator restart', [], ...flags))];
/** The operator has everything loaded, and goes by something older all the same. */
export const restarted: Remedies = restart('--always');
/** It restarts itself when something changes: where it has not, its status tells why. */
export const reloaded: Remedies = several(status, restart());
