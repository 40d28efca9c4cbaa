/** A number below `limit`, the same row of them for the same seed. */
export type Random = (limit: number) => number;
export const randomOf = (seed: number): Random => {
  let state = seed;
  return limit => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
};
/** One of a list. */
export const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;
