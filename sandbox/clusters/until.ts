import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended, type Running } from './parts.ts';

const startupDeadline = 120_000;

/** Asks again until there is an answer that is neither `false` nor `undefined`, or the part it hangs on has ended. */
export const until = async <T>(what: string, ask: () => Promise<T | false | undefined>, part?: Running): Promise<T> => {
  const deadline = Date.now() + startupDeadline;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (part !== undefined && ended(part)) break;
    await sleep(100);
  }
  const words = part === undefined ? '' : await readFile(part.log, 'utf8').catch(() => '');
  throw new Error(`waited in vain: ${what}\n${words.slice(-3000)}`);
};
