import { randomUUID } from 'node:crypto';
import { byHand, sentence, throughAny } from '../../base/advice.ts';
import { unreads } from '../../base/cause.ts';
import { usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { plural } from '../../base/text.ts';
import { progress } from '../../cli/progress.ts';
import { withClock } from '../../cli/watched.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation } from '../../kube/annotations.ts';
import { configKey, keyText, secretKey } from '../../kube/key.ts';
import type { ClientConfig } from '../../kube/kinds.ts';
import { shownUrl } from '../../kube/kubeconfig/url.ts';
import { proveAccount } from '../../plan/account.ts';
import type { Planned } from '../../plan/changes.ts';
import { openDataPlane } from '../../plan/data-plane.ts';
import { guardWith, overridesOf } from '../../plan/refusals.ts';
import {
  type LiveRegistration,
  operatorToLoad,
  ownerOf,
  readRegistration,
  refuseRestartIntoCrash,
  refuseUnknownMark,
  selectConfigs,
  watchedConfigs,
} from '../../plan/registration.ts';
import { requireRenewer } from '../../plan/renewer.ts';
import { claimOf } from '../../plan/rotate/claim.ts';
import { freshlyNamed, planRotation, type Rotation } from '../../plan/rotate/plan.ts';
import { rotate } from '../../plan/rotate/rotate.ts';
import { allowed, duration, names, sourceFor, sourcesByKey, sourcesOf, timeLimit, tokenLife } from '../options.ts';
import type { Session } from '../session.ts';
import { type RotateArgs, rotate as rotateUsage } from './usage.ts';
import { type Writing, withWriting } from './writing.ts';

export const clientconfigRotate = async (io: IO, args: RotateArgs): Promise<void> => {
  const configNames = args.NAME ?? [];
  const options = validate(args, configNames);
  await withWriting(io, args, { verb: 'rotate', usage: rotateUsage }, async (session, writing) => {
    const { connection, limits } = session;
    const controlPlane = await readControlPlane(connection, args.namespace);
    const operator = operatorToLoad(controlPlane);
    if (options.ttl !== undefined) await requireRenewer(connection, operator.namespace);
    const all = configNames.length > 0 ? selectConfigs(controlPlane, configNames) : watchedConfigs(controlPlane);
    const configs = options.resume && options.within === undefined ? begun(all, controlPlane, writing) : all;
    const candidates = await Promise.all(configs.map(one => readRegistration(connection, one)));
    const registrations = due(candidates, options, io.now());
    if (registrations.length === 0) return writing.none(controlPlane, nothingToDo(args));
    refuseSharedSecrets(registrations);
    refuseRestartIntoCrash(controlPlane, [], guardWith(options.allow));
    const rotations = await plan(io.now(), registrations, controlPlane, session, options);
    for (const rotation of rotations) writing.say(planLine(rotation));
    const steps = rotations.flatMap(one => stepsOf(one, connection.context));
    const changes = registrations.map(({ config: { metadata } }) => ({ namespace: metadata.namespace, content: true }));
    const what = `rotate ${plural(rotations.length, 'credential')}`;
    if (!(await writing.agreed({ controlPlane, steps, touched: changes, what }))) return;
    const { patience } = options;
    const wait = { tokens: Math.min(patience, 120_000), operator: patience, revocation: Math.min(patience, 60_000), clock: withClock(io) };
    await rotate(rotations, { connection, plane: controlPlane }, limits, wait, {
      say: args.output === 'json' ? writing.say : progress(io),
      warn: writing.warn,
      did: change => writing.did(change, null),
      unknown: writing.unknown,
    });
    writing.loaded(rotations.map(({ registration: { key } }) => key));
  });
};

const validate = (args: RotateArgs, wanted: readonly string[]) => {
  const resume = args.resume === true;
  if (wanted.length === 0 && args.all !== true && !resume) throw usage('no ClientConfig to rotate is named', 'name them, or pass --all');
  if (wanted.length > 0 && args.all === true) throw usage('--all and names do not go together', 'pass one of them');
  const ttl = args['token-ttl'] === undefined ? undefined : tokenLife(args['token-ttl']);
  return {
    /** begins none, but of tokens that end within the given time */
    resume,
    ttl,
    allow: allowed(args.allow, overridesOf('rotate')),
    sources: sourcesOf(names(args['from-context']), wanted),
    patience: timeLimit(args.timeout, '--timeout'),
    within: args['expiring-within'] === undefined ? undefined : duration(args['expiring-within'], '--expiring-within'),
  };
};
type Options = ReturnType<typeof validate>;

const due = (read: readonly LiveRegistration[], { within }: Options, now: number): readonly LiveRegistration[] =>
  within === undefined
    ? read
    : read.filter(
        ({ secret, stored }) => (stored.claims?.expiresAt ?? Number.POSITIVE_INFINITY) < now + within || claimOf(secret) !== undefined,
      );
/** Those whose rotation has begun, whatever is wrong with the others; of one whose Secret is unread nobody knows. */
const begun = (
  configs: readonly ClientConfig[],
  { secrets, context }: ControlPlane,
  { unknown }: Pick<Writing, 'unknown'>,
): readonly ClientConfig[] =>
  configs.filter(config => {
    const secret = secrets.get(secretKey(config));
    if (secret?.ok === false) {
      const { reason, detail } = secret;
      const what = `whether a rotation of ClientConfig ${configKey(config)} is under way`;
      unknown({ what, context, reason, detail, remedy: byHand(unreads[reason].cure(context)) });
    }
    return secret?.ok === true && secret.value?.annotations[annotation.rotation] !== undefined;
  });
const nothingToDo = ({ NAME: configNames = [], resume, 'expiring-within': within }: RotateArgs): string => {
  const none = `no rotation${configNames.length === 0 ? '' : ` of ${configNames.join(', ')}`} is under way`;
  if (within !== undefined) return `nothing to rotate: no token ends within ${within}${resume === true ? `, and ${none}` : ''}`;
  return resume === true ? `nothing to resume: ${none}` : 'there is no ClientConfig to rotate';
};

/** Each with its way into the data plane and its proven account. */
const plan = async (
  now: number,
  registrations: readonly LiveRegistration[],
  controlPlane: ControlPlane,
  { config, limits, opened }: Session,
  { sources, resume, ttl }: Options,
): Promise<readonly Rotation[]> => {
  const run = randomUUID();
  const contextByKey = sourcesByKey(sources, name => selectConfigs(controlPlane, [name]).map(configKey)[0]);
  const rotations: Rotation[] = [];
  for (const registration of registrations) {
    const contextName = sourceFor(contextByKey, registration.key);
    const source = await openDataPlane(registration, config, contextName, limits);
    opened.push(source);
    refuseUnknownMark(controlPlane, registration.secret.metadata);
    const owner = ownerOf(controlPlane, registration.key);
    const account = await proveAccount(registration, source, owner, limits);
    rotations.push(await freshlyNamed(planRotation({ registration, source, account, owner }, { run, now, resume, ttl })));
  }
  return rotations;
};
const planLine = ({ registration: { key, stored, token }, source, account, claim }: Rotation): string =>
  `rotate ${key}: ${keyText(account)} at ${shownUrl(stored.server)}, token ${token.fingerprint}, ${
    source.by === 'user' ? `through your context ${source.context}` : 'with the stored credential'
  }${claim.phase === 'written' ? ', already written' : ''}`;

const stepsOf = ({ registration: { secret, token }, source, claim }: Rotation, context: string): readonly Planned[] => [
  ...(claim.to === undefined ? [] : [{ will: 'create', object: `Secret ${keyText(claim.to)}`, context: source.context } as const]),
  { will: 'update', object: `Secret ${configKey(secret)}`, context, note: `token: ${token.fingerprint} -> a new one` },
  ...(claim.from === undefined ? [] : [{ will: 'delete', object: `Secret ${keyText(claim.from)}`, context: source.context } as const]),
];
const refuseSharedSecrets = (
  registrations: readonly {
    readonly key: string;
    readonly contextName: string;
    readonly secret: { readonly metadata: { readonly name: string; readonly namespace?: string } };
  }[],
): void => {
  for (const [index, { key, secret }] of registrations.entries()) {
    const twin = registrations
      .slice(index + 1)
      .find(other => other.secret.metadata.name === secret.metadata.name && other.secret.metadata.namespace === secret.metadata.namespace);
    if (twin !== undefined)
      throw usage(
        `${key} and ${twin.key} share the Secret ${secret.metadata.name}, which holds one credential`,
        sentence`rotate one of them, or give it its own with ${throughAny('clientconfig create', [twin.contextName])}`,
      );
  }
};
