import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { temporaryFolder } from '../sandbox/folder.ts';
import type { Finding } from './support/answers/cases.ts';
import type { Task, Told } from './support/answers/worker.ts';

/**
 * Every command, while one answer at a time is changed: a field of it, or the whole. None may end as a bug, in silence, never, or as if
 * all were well. CASES=40000 tries more, of another SEED others, and PART=3/8 an eighth of them; CASE=1:4017, as a failure names it,
 * tries that one again.
 */
const only = process.env['CASE'];
const seed = Number(process.env['SEED'] ?? /^(\d+):\d+$/.exec(only ?? '')?.[1] ?? '1');
const count = Number(process.env['CASES'] ?? (only === undefined ? '5000' : '1000000'));
const [part = 1, parts = 1] = (process.env['PART'] ?? '1/1').split('/').map(Number);
const workers = only === undefined ? 2 : 1;
const folder = temporaryFolder('worlds');
/** Nothing that a command waits for takes this long, even on a busy machine. */
const hangMs = 180_000;

test(`${count / parts} changed answers: no bug, no hang, nothing that passes for well`, { timeout: 600_000 + count * 400 }, async () => {
  const tasks = Array.from(
    { length: workers },
    (_, worker): Task => ({
      seed,
      count,
      share: [(part - 1) * workers + worker, parts * workers],
      worlds: only === undefined ? 8 : 1,
      folder,
      ...(only === undefined ? {} : { only }),
    }),
  );
  const results = (await Promise.all(tasks.map(runShare))).flat();
  const bySite = Map.groupBy(results, ({ site }) => site);
  const told = [...bySite].map(([site, found]) => {
    const [first] = found;
    const line = `${String(found.length).padStart(4)} x ${site}  CASE=${first?.id}`;
    return `${line}\n             ${first?.what}\n${first?.said}`;
  });
  assert.ok(told.length === 0, `${told.length} places are wrong:\n${told.sort().join('\n')}`);
});

/** One thread works on a share. A thread that hangs, be it in a loop, is ended from here. */
const runShare = (task: Task): Promise<readonly Finding[]> =>
  new Promise((done, broken) => {
    const findings: Finding[] = [];
    const underWay = new Map<string, number>();
    const worker = new Worker(new URL('./support/answers/worker.ts', import.meta.url), { workerData: task });
    const watchdog = setInterval(() => {
      const late = [...underWay].filter(([, since]) => Date.now() - since > hangMs).map(([id]) => id);
      if (late.length === 0) return;
      void finish([{ site: 'a command hangs', id: late[0] ?? '', what: `cases ${late.join(', ')}`, said: '' }]);
    }, 1000);
    const finish = async (more: readonly Finding[]): Promise<void> => {
      clearInterval(watchdog);
      await worker.terminate();
      done([...findings, ...more]);
    };
    worker.on('message', (told: Told) => {
      if ('began' in told) underWay.set(told.began, Date.now());
      else if ('done' in told)
        void finish(told.done === undefined ? [] : [{ site: 'the worker fails', id: '', what: '', said: told.done }]);
      else {
        underWay.delete(told.ended);
        findings.push(...told.findings);
      }
    });
    worker.on('error', error => {
      clearInterval(watchdog);
      broken(error);
    });
  });
