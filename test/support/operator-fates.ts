import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutContents } from './compare-kubeconfigs.ts';

/** What became of a real operator: the words of `operatorStart`, and `neither` where it was killed before it decided. */
export interface Fate {
  readonly verdict: 'starts' | 'starts-then-stops' | 'does-not-start' | 'neither';
  /** the first line of what it said at its end */
  readonly message?: string;
  /** `namespace/name` of the ClientConfig that it died of */
  readonly culprit?: string;
}
/** By case, then by release. */
export type Fates = Readonly<Record<string, Readonly<Record<string, Fate>>>>;
type Recorded = Readonly<Record<string, readonly (Fate & { readonly of: readonly string[] })[]>>;
const file = join(import.meta.dirname, '..', 'operator', 'fates.json');

/** The recorded fates; releases that met the same one stand together in the file. */
export const readFates = (): Fates =>
  Object.fromEntries(
    Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Recorded).map(([name, all]) => [
      name,
      Object.fromEntries(all.flatMap(({ of, ...fate }) => of.map(release => [release, fate]))),
    ]),
  );
/** Records what became of some releases, beside what is recorded of others. */
export const writeFates = (fates: Fates): void => {
  const before = readFates();
  const names = [...new Set([...Object.keys(before), ...Object.keys(fates)])].sort();
  const lines = names.map(name => `${JSON.stringify(name)}: ${JSON.stringify(together({ ...before[name], ...fates[name] }))}`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
};
const together = (byRelease: Readonly<Record<string, Fate>>): Recorded[string] =>
  [
    ...Map.groupBy(
      Object.entries(byRelease).sort(([a], [b]) => (a < b ? -1 : 1)),
      ([, fate]) => JSON.stringify(fate),
    ).values(),
  ].flatMap(same => {
    const [first] = same;
    return first === undefined ? [] : [{ of: same.map(([release]) => release), ...first[1] }];
  });

/** Its first line without what a run or a secret has in it: ports, what the machine says of a dial, offsets in keys that are made anew. */
export const shownMessage = (message: string): string =>
  (withoutContents(message, message.includes('@')).split('\n')[0] ?? '')
    .replace(/ is missing in .*/, ' is missing')
    .replace(/(?<=:0*)2\d{4}(?!\d)/g, '6443')
    .replace(/(?<=input byte )\d+/, 'N')
    .replace(/^(Get "[^"]*": ).*/, '$1...');
/** What a release that dials before it works says of a data plane: it depends on the machine that it runs on. */
export const isOfDialling = (message: string): boolean =>
  /^(?:Get "|the server has asked for the client|the server rejected our request|unknown\b)/.test(message);
/** Verdict, culprit and message are the same; of dialling, as far as it is not the machine's. */
export const isSame = (ours: Omit<Fate, 'verdict'> & { readonly verdict: string }, real: Fate): boolean => {
  if (ours.verdict !== real.verdict) return false;
  if (real.verdict !== 'does-not-start') return true;
  const [mine, its] = [shownMessage(ours.message ?? ''), shownMessage(real.message ?? '')];
  return ours.culprit === real.culprit && (mine === its || (isOfDialling(mine) && isOfDialling(its)));
};
