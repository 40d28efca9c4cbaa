import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type GoProgram, goBinary } from '../../sandbox/go-binary.ts';
import { printedOn } from './printed.ts';

/** Asks the Go program of test/oracle: one answer a question, in their order. */
export type Oracle = <Answer>(questions: readonly object[]) => Promise<readonly Answer[]>;

const program = { folder: join(import.meta.dirname, '..', 'oracle'), for: 'ask client-go what it makes of a kubeconfig' };
/** client-go and Go as the newest operator has them. */
export const oracle: Oracle = questions => askProgram({ ...program, name: 'oracle' }, questions);
/** As the oldest operator of the table of releases has them. */
export const oldestOracle: Oracle = questions => askProgram({ ...program, name: 'oracle-oldest', modfile: 'oldest.mod' }, questions);

const askProgram = async <Answer>(which: GoProgram, questions: readonly object[]): Promise<readonly Answer[]> => {
  const file = await goBinary(which, process.env, line => console.error(line));
  const child = spawn(file, { stdio: ['pipe', 'pipe', 'inherit'], env: { HOME: '/nowhere' } });
  const printed = printedOn(child.stdout);
  const closed = once(child, 'close');
  for (const question of questions) {
    if (!child.stdin.write(`${JSON.stringify(question)}\n`)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`the oracle ended with ${code}`);
  const lines = printed().trimEnd().split('\n');
  if (lines.length !== questions.length) throw new Error(`${questions.length} questions, ${lines.length} answers`);
  return lines.map(line => JSON.parse(line) as Answer);
};
