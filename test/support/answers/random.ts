/** Numbers that a seed decides: the same ones on every machine. */
export interface Random {
  /** from 0 to below `size` */
  readonly below: (size: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
}

/** mulberry32 */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (size: number): number => next() % size;
  return {
    below,
    pick: items => {
      if (items.length === 0) throw new Error('nothing to pick from');
      return items[below(items.length)] as (typeof items)[number];
    },
  };
};
