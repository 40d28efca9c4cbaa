import { type Command, type Sentence, sentenceText } from '../../base/advice.ts';
import { throwIfOver } from '../../base/deadline.ts';
import { printable, UserError, usage as wrongUse } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { jsonText } from '../../base/json.ts';
import { confirm, confirmTyped } from '../../cli/ask.ts';
import type { Usage } from '../../cli/command.ts';
import { withClock } from '../../cli/watched.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { type Outcome, writesDocument } from '../../output/writes.ts';
import { awaitLoaded } from '../../plan/await-loaded.ts';
import { type Change, changeLine, type Planned } from '../../plan/changes.ts';
import { restartedBy, type Touched } from '../../plan/restart.ts';
import { again } from '../again.ts';
import type { GlobalArgs } from '../global-options.ts';
import { type Session, withControlPlane, withoutServer } from '../session.ts';

/** What all commands that write take. */
type WriteArgs = GlobalArgs & {
  readonly output?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly 'dry-run'?: boolean | undefined;
};
interface Plan {
  readonly controlPlane: ControlPlane;
  /** everything that is looked at, what stays as it is too */
  readonly steps: readonly Planned[];
  readonly touched: readonly Touched[];
  /** as `delete east` */
  readonly what: string;
  /** to be typed in full, restart or not, where a slip would be dear */
  readonly word?: string | undefined;
}
/** One run of a command that writes: for a person in lines as they come, for a machine in one document at its end. */
export interface Writing {
  /** for a person alone */
  readonly say: (line: string) => void;
  readonly warn: (line: Sentence) => void;
  readonly did: (change: Change, line?: string | null) => void;
  /** Whether the plan is to be carried out: not on a dry run, nor when it changes nothing. Asks where it makes an operator start again. */
  readonly agreed: (plan: Plan) => Promise<boolean>;
  /** There is nothing that a plan could be about. */
  readonly none: (controlPlane: ControlPlane, why: string) => void;
  /** Waits until the operator has loaded them. */
  readonly load: (wanted: readonly { readonly namespace: string; readonly name: string }[], patience: number) => Promise<void>;
  /** a command has waited for that by itself */
  readonly loaded: (names: readonly string[]) => void;
}

/** Opens the control plane for a command that writes. What it has done is told in every case, and a refusal knows the command that lifts it. */
export const withWriting = (
  io: IO,
  args: WriteArgs,
  { verb, usage }: { readonly verb: string; readonly usage: Usage },
  work: (session: Session, writing: Writing) => Promise<void>,
): Promise<void> => {
  const repeated = (...flags: readonly string[]): Command | undefined => again(usage, `clientconfig ${verb}`, args, flags);
  return withControlPlane(
    io,
    usage.options?.['server'] === undefined ? args : withoutServer(args),
    async session => {
      const told: Told = { verb, dryRun: args['dry-run'] === true, done: [], warnings: [] };
      const writing = args.output === 'json' ? forMachine(io, session, told) : forPerson(io, session, told);
      const finish = (error?: UserError): void => {
        if (args.output === 'json' && told.plan !== undefined) io.out(`${jsonText(writesDocument(outcomeOf(told, error)), 2)}\n`);
      };
      try {
        await work(session, { ...writing, agreed: agreement(io, args, session, told, writing.say, repeated) });
      } catch (error) {
        if (error instanceof UserError) error.again ??= repeated;
        // However the work took Ctrl-C, the process ends as one that was interrupted.
        if (io.interrupted.aborted) finish(new UserError('interrupted', 'run the same command again', 130));
        else if (error instanceof UserError) finish(error);
        throw error;
      }
      finish();
    },
    'unlimited',
  );
};

/** What a run has come to by now. */
interface Told {
  readonly verb: string;
  readonly dryRun: boolean;
  plan?: Plan;
  readonly done: Change[];
  readonly warnings: string[];
  waited?: { readonly loaded: readonly string[]; readonly ms: number };
}
const outcomeOf = ({ verb, dryRun, plan, done, warnings, waited }: Told, error: UserError | undefined): Outcome => ({
  verb,
  dryRun,
  done,
  warnings,
  controlPlane: plan?.controlPlane,
  steps: plan?.steps ?? [],
  restarts: plan === undefined ? undefined : restartedBy(plan.controlPlane, plan.touched),
  ...(waited === undefined ? {} : { waited }),
  ...(error === undefined ? {} : { error }),
});

type Teller = Omit<Writing, 'agreed'>;
const forPerson = (io: IO, session: Session, told: Told): Teller => {
  const say = (line: string): void => io.out(`${printable(line)}\n`);
  return {
    say,
    warn: line => io.err(`${printable(sentenceText(line, session.target))}\n`),
    ...keeping(io, session, told, say),
  };
};
const forMachine = (io: IO, session: Session, told: Told): Teller => {
  // Who is asked a question must have seen what it is about.
  const say = (line: string): void => (io.stderrTty ? io.err(`${printable(line)}\n`) : undefined);
  return {
    say,
    warn: line => {
      const text = sentenceText(line, session.target);
      told.warnings.push(text);
      io.err(`${printable(text)}\n`);
    },
    ...keeping(io, session, told, say),
  };
};
/** What is kept of a run for its document, and told as it comes. */
const keeping = (
  io: IO,
  { connection, limits }: Session,
  told: Told,
  say: (line: string) => void,
): Pick<Writing, 'did' | 'load' | 'loaded' | 'none'> => {
  const started = performance.now();
  const loaded = (names: readonly string[], since = started): void => {
    told.waited = { loaded: names, ms: Math.round(performance.now() - since) };
  };
  return {
    did: (change, line) => {
      told.done.push(change);
      if (line !== null) say(line ?? changeLine(change));
    },
    load: async (wanted, patience) => {
      if (told.plan === undefined) return;
      const since = performance.now();
      await awaitLoaded(connection, wanted, told.plan.controlPlane, limits, patience, say, withClock(io));
      loaded(
        wanted.map(({ namespace, name }) => `${namespace}/${name}`),
        since,
      );
    },
    loaded,
    none: (controlPlane, why) => {
      told.plan = { controlPlane, steps: [], touched: [], what: '' };
      say(why);
    },
  };
};

const agreement =
  (
    io: IO,
    args: WriteArgs,
    { target }: Session,
    told: Told,
    say: Writing['say'],
    repeated: (...flags: readonly string[]) => Command | undefined,
  ): Writing['agreed'] =>
  async plan => {
    told.plan = plan;
    const { controlPlane, steps, touched, what, word } = plan;
    if (steps.every(({ will }) => will === 'keep')) {
      say('nothing to do: everything is already as it should be');
      return false;
    }
    const operator = restartedBy(controlPlane, touched);
    if (operator !== undefined) say('~ the operator will restart once');
    if (args['dry-run'] === true) {
      say('nothing written (dry run)');
      return false;
    }
    if (args.yes === true) return true;
    const restart =
      operator === undefined ? '' : ` It restarts the operator ${operator.namespace}/${operator.name} of ${controlPlane.context}.`;
    if (operator === undefined && word === undefined) return true;
    if (!io.stdinTty || !io.stderrTty)
      throw Object.assign(
        wrongUse(`${what}?${restart} There is no terminal to ask on, and nothing was written`, repeated('--yes') ?? 'pass --yes'),
        { target },
      );
    if (word === undefined) await confirm(io, `${what}?${restart}`, false);
    else await confirmTyped(io, `${what}?${restart}`, word, false);
    throwIfOver({ signal: io.interrupted, deadline: io.deadline });
    return true;
  };
