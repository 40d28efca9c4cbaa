import { type CommandLine, commandLine, type Sentence, sentenceText, type Target } from '../../base/advice.ts';
import { throwIfOver } from '../../base/deadline.ts';
import { printable, UserError } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { jsonText } from '../../base/json.ts';
import { confirm, confirmTyped } from '../../cli/ask.ts';
import type { Usage } from '../../cli/command.ts';
import { withClock } from '../../cli/watched.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { type WriteOutcome, writesDocument } from '../../output/writes.ts';
import { awaitLoaded } from '../../plan/await-loaded.ts';
import { type Change, changeLine, noteDone, noteWritten, type Planned } from '../../plan/changes.ts';
import { restartedBy, type Touched, unknownRestart } from '../../plan/restart.ts';
import { type Unknown, unknownLine } from '../../plan/unknown.ts';
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
  /** of what a failure has taken back */
  readonly undid: (change: Change) => void;
  /** The run is incomplete, whatever else comes of it: exit code 3. */
  readonly unknown: (one: Unknown) => void;
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
  write: (session: Session, writing: Writing) => Promise<void>,
): Promise<void> => {
  const repeated = (...flags: readonly string[]): CommandLine | undefined => again(usage, `clientconfig ${verb}`, args, flags);
  const record: Told = { verb, dryRun: args['dry-run'] === true, done: [], warnings: [], unknown: [] };
  const work = async (session: Session): Promise<void> => {
    const writing = args.output === 'json' ? forMachine(io, session, record) : forPerson(io, session, record);
    const finish = (error?: UserError): void => {
      if (args.output === 'json' && record.plan !== undefined)
        io.out(`${jsonText(writesDocument(outcomeOf(record, session.target, error)), 2)}\n`);
    };
    try {
      await write(session, { ...writing, agreed: agreement(io, args, record, writing, repeated) });
    } catch (error) {
      if (error instanceof UserError) error.again ??= repeated;
      // However the work took Ctrl-C, the process ends as one that was interrupted.
      if (io.interrupted.aborted) finish(new UserError('interrupted', 'run the same command again', 130));
      else if (error instanceof UserError) finish(error);
      throw error;
    }
    if (record.unknown.length > 0) io.exit(3);
    finish();
  };
  return withControlPlane(io, usage.options?.['server'] === undefined ? args : withoutServer(args), work, 'unlimited', one =>
    noteWritten(record.done, one),
  );
};

/** What a run has come to by now. */
interface Told {
  readonly verb: string;
  readonly dryRun: boolean;
  plan?: Plan;
  readonly done: Change[];
  readonly warnings: string[];
  readonly unknown: Unknown[];
  waited?: { readonly loaded: readonly string[]; readonly ms: number };
}
const outcomeOf = (
  { verb, dryRun, plan, done, warnings, unknown, waited }: Told,
  target: Target,
  error: UserError | undefined,
): WriteOutcome => ({
  verb,
  dryRun,
  done,
  warnings,
  unknown,
  target,
  controlPlane: plan?.controlPlane,
  steps: plan?.steps ?? [],
  restarts: plan === undefined ? undefined : restartedBy(plan.controlPlane, plan.touched),
  ...(waited === undefined ? {} : { waited }),
  ...(error === undefined ? {} : { error }),
});

type Teller = Omit<Writing, 'agreed'>;
const forPerson = (io: IO, session: Session, told: Told): Teller => {
  const say = (line: string): void => io.out(`${printable(line)}\n`);
  return keeping(io, session, told, say, line => io.err(`${printable(sentenceText(line, session.target))}\n`));
};
const forMachine = (io: IO, session: Session, told: Told): Teller => {
  // Who is asked a question must have seen what it is about.
  const say = (line: string): void => (io.stderrTty ? io.err(`${printable(line)}\n`) : undefined);
  const warn = (line: Sentence): void => {
    const text = sentenceText(line, session.target);
    told.warnings.push(text);
    io.err(`${printable(text)}\n`);
  };
  return keeping(io, session, told, say, warn);
};
/** What is kept of a run for its document, and told as it comes. */
const keeping = (
  io: IO,
  { connection, limits, target }: Session,
  told: Told,
  say: (line: string) => void,
  warn: (line: Sentence) => void,
): Teller => {
  const startTime = performance.now();
  const loaded = (names: readonly string[], since = startTime): void => {
    told.waited = { loaded: names, ms: Math.round(performance.now() - since) };
  };
  return {
    say,
    warn,
    did: (change, line) => {
      noteDone(told.done, change);
      if (line !== null) say(line ?? changeLine(change));
    },
    undid: change => {
      noteDone(told.done, change);
      warn(changeLine(change));
    },
    unknown: one => {
      if (told.unknown.some(other => unknownLine(other) === unknownLine(one))) return;
      told.unknown.push(one);
      const { remedy } = one;
      const remedyText = remedy.label === 'do' ? sentenceText(remedy.text, target) : commandLine(remedy.command, target);
      io.err(`unknown: ${printable(unknownLine(one))}\n${`${remedy.label}:`.padEnd(9)}${printable(remedyText)}\n`);
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
    told: Told,
    { say, unknown: tell }: Teller,
    repeated: (...flags: readonly string[]) => CommandLine | undefined,
  ): Writing['agreed'] =>
  async plan => {
    told.plan = plan;
    const { controlPlane, steps, touched, what, word } = plan;
    if (steps.every(({ will }) => will === 'keep')) {
      say('nothing to do: everything is already as it should be');
      return false;
    }
    const operator = restartedBy(controlPlane, touched);
    const unknown = unknownRestart(controlPlane, touched);
    if (operator !== undefined) say('~ the operator will restart once');
    if (unknown !== undefined) tell(unknown);
    if (args['dry-run'] === true) {
      say('nothing written (dry run)');
      return false;
    }
    if (args.yes === true) return true;
    const restart =
      operator !== undefined
        ? ` It restarts the operator ${operator.namespace}/${operator.name} of ${controlPlane.context}.`
        : unknown !== undefined
          ? ` It restarts the operator of ${controlPlane.context}, if one runs there.`
          : '';
    if (restart === '' && word === undefined) return true;
    if (word === undefined) await confirm(io, `${what}?${restart}`, false, repeated('--yes'));
    else await confirmTyped(io, `${what}?${restart}`, word, repeated('--yes'));
    throwIfOver({ signal: io.interrupted, deadline: io.deadline });
    return true;
  };
