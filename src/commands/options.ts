import { usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import type { Limits } from '../kube/api/connection.ts';
import { type SelectedContext, selectContext } from '../kube/kubeconfig/select.ts';
import { readUserKubeconfig, type UserKubeconfig } from '../kube/kubeconfig/user.ts';
import type { Style } from '../output/style.ts';
import { type GlobalArgs, globalOptions } from './global-options.ts';

/** Node's timers take 31 bits of milliseconds, and fire at once when they are given more. */
const longest = 2 ** 31 - 1;
/** How long to wait, as `duration` reads it; at most 24 days. */
export const timeLimit = (text: string, flag: string): number => {
  const ms = duration(text, flag);
  if (ms > longest) throw usage(`${flag} takes at most 24d, not "${text}"`, `pass it as in ${flag} 10s`);
  return ms;
};
const longestDuration = 64;
/** `10s`, `500ms`, `1m30s` or plain seconds, as kubectl writes durations. Returns milliseconds. */
export const duration = (text: string, flag: string): number => {
  const parts = text.length > longestDuration ? [] : [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy)];
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const duration = parts.map(([part]) => part).join('');
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1000
    : duration === text && text !== ''
      ? parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0)
      : Number.NaN;
  if (!Number.isFinite(ms) || ms <= 0) throw usage(`${flag} takes a duration, not "${text}"`, `pass it as in ${flag} 10s`);
  return ms;
};

/** How long a token shall live, in seconds. */
export const tokenLife = (text: string): number => {
  const seconds = duration(text, '--token-ttl') / 1000;
  if (seconds < 600) throw usage('--token-ttl takes ten minutes or more', 'pass it as in --token-ttl 90d');
  return seconds;
};

export const limitsOf = (io: IO, args: Pick<GlobalArgs, 'request-timeout'>): Limits => {
  const timeoutText = args['request-timeout'];
  // kubectl takes 0 for no limit.
  const timeout = /^0[a-z]*$/.test(timeoutText) ? longest : timeLimit(timeoutText, '--request-timeout');
  return {
    timeout,
    signal: io.interrupted,
    ...(io.deadline === undefined ? {} : { deadline: io.deadline }),
    ...(timeoutText === globalOptions['request-timeout'].default ? {} : { pluginTimeout: timeout }),
  };
};

/** The user's kubeconfig, and what the flags choose in it. */
export const selectControlPlane = async (
  io: IO,
  args: GlobalArgs,
): Promise<{ readonly config: UserKubeconfig; readonly selected: SelectedContext }> => {
  const config = await readUserKubeconfig(io, args.kubeconfig);
  const context = selectContext(config, {
    context: args.context,
    cluster: args.cluster,
    user: args.user,
    server: args.server,
    tlsServerName: args['tls-server-name'],
    insecureSkipTlsVerify: args['insecure-skip-tls-verify'],
    token: args.token,
    certificateAuthority: args['certificate-authority'],
    clientCertificate: args['client-certificate'],
    clientKey: args['client-key'],
    as: args.as,
    asUid: args['as-uid'],
    asGroup: args['as-group'],
    asUserExtra: extraOf(args['as-user-extra']),
  });
  return { config, selected: context };
};
/** `KEY=VALUE` as kubectl takes it, where a key may be there several times. */
const extraOf = (given: readonly string[] | undefined): ReadonlyMap<string, readonly string[]> | undefined =>
  given === undefined
    ? undefined
    : new Map(
        [...Map.groupBy(given, text => text.split('=')[0] ?? '')].map(([key, all]) => {
          const malformedPair = all.find(text => !text.includes('='));
          if (key === '' || malformedPair !== undefined)
            throw usage(`--as-user-extra takes KEY=VALUE, not "${malformedPair ?? all[0]}"`, 'pass it as in --as-user-extra team=ops');
          return [key, all.map(text => text.slice(key.length + 1))];
        }),
      );
/** Colour and width, decided once. `NO_COLOR` and `--no-color` also mean plain ASCII marks. */
export const styleOf = (io: IO, args: Pick<GlobalArgs, 'no-color' | 'v'>): Style => {
  const plain = args['no-color'] === true || (io.env['NO_COLOR'] ?? '') !== '' || io.env['TERM'] === 'dumb';
  const utf8 = /utf-?8/i.test(
    io.env['LC_ALL'] || io.env['LC_CTYPE'] || io.env['LANG'] || (io.env['WT_SESSION'] === undefined ? '' : 'utf-8'),
  );
  const forcedColumns = Number(io.env['COLUMNS']);
  const columns = io.stdoutTty ? (io.columns ?? 80) : Number.isInteger(forcedColumns) && forcedColumns > 20 ? forcedColumns : undefined;
  return { color: io.stdoutTty && !plain, unicode: utf8 && !plain, columns, verbose: args.v > 0 };
};
/** The overrides that `--allow` names; a name that lifts nothing is wrong use. */
export const allowed = <Override extends string>(given: readonly string[] | undefined, known: readonly Override[]): Override[] =>
  names(given).map(name => {
    const override = known.find(one => one === name);
    if (override === undefined) throw usage(`--allow does not know "${name}"`, `pass one of ${known.join(', ')}`);
    return override;
  });
/** Names after commas or as repeated flags: `a,b --flag c`. */
export const names = (values: readonly string[] | undefined): string[] =>
  (values ?? [])
    .flatMap(value => value.split(','))
    .map(name => name.trim())
    .filter(name => name !== '');
/** `NAME=CONTEXT`, or a bare context where one NAME is given. */
export const sourcesOf = (given: readonly string[], wanted: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    given.map(text => {
      const [name = '', ...rest] = text.split('=');
      if (rest.length > 0) return [name, rest.join('=')];
      if (wanted.length === 1) return ['', name];
      throw usage(
        `--from-context ${text} does not say of which ClientConfig`,
        `pass it with its name, as in --from-context ${wanted[0] ?? 'east'}=${name}`,
      );
    }),
  );
/** The same by the `namespace/name` of the one ClientConfig that each name means: a way into a data plane is opened for no other. */
export const sourcesByKey = (
  sources: ReadonlyMap<string, string>,
  keyOfName: (name: string) => string | undefined,
): ReadonlyMap<string, string> => new Map([...sources].map(([name, context]) => [name === '' ? '' : (keyOfName(name) ?? name), context]));
export const sourceFor = (sources: ReadonlyMap<string, string>, key: string): string | undefined => sources.get(key) ?? sources.get('');
