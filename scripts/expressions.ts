/** What a regular expression costs on the worst text: whether the time grows faster than the text. */

/** One of a few letters that stand for all: their bits. */
type Letters = bigint;
const alphabet = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  '\u00a0',
  '\u00e9',
  '\u2028',
  '\u0130',
  '\u4e2d',
  '\ufeff',
];
const all: Letters = (1n << BigInt(alphabet.length)) - 1n;
const newline: Letters = 1n << 10n;

/** Glushkov's automaton of a part: its places, where it begins and ends, and whether it takes nothing. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly empty: boolean;
}
const nothing: Part = { first: [], last: [], empty: true };

class Automaton {
  readonly letters: Letters[] = [];
  /** with an edge for each way to go it */
  readonly follow: number[][] = [];
  /** a look ahead or around: what has been taken may still be refused */
  conditional = false;
  private at = 0;
  private readonly pattern: string;
  private readonly flags: string;
  constructor(pattern: string, flags: string) {
    this.pattern = pattern;
    this.flags = flags;
  }
  whole(): Part {
    const part = this.choice();
    if (this.at < this.pattern.length) throw new Error(`what is ${this.pattern.slice(this.at)}`);
    return part;
  }
  place(letters: Letters): Part {
    const index = this.letters.push(letters) - 1;
    this.follow.push([]);
    return { first: [index], last: [index], empty: false };
  }
  private link(from: readonly number[], to: readonly number[]): void {
    for (const one of from) this.follow[one]?.push(...to);
  }
  private joined(one: Part, other: Part): Part {
    this.link(one.last, other.first);
    return {
      first: one.empty ? [...one.first, ...other.first] : one.first,
      last: other.empty ? [...one.last, ...other.last] : other.last,
      empty: one.empty && other.empty,
    };
  }
  private choice(): Part {
    let part = this.sequence();
    while (this.take('|')) {
      const other = this.sequence();
      part = { first: [...part.first, ...other.first], last: [...part.last, ...other.last], empty: part.empty || other.empty };
    }
    return part;
  }
  private sequence(): Part {
    let part = nothing;
    while (this.at < this.pattern.length && this.pattern[this.at] !== '|' && this.pattern[this.at] !== ')')
      part = this.joined(part, this.repeated());
    return part;
  }
  private repeated(): Part {
    const start = this.at;
    const part = this.atom();
    const end = this.at;
    const [written, least, comma, most] = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.pattern.slice(this.at)) ?? [];
    if (written === undefined) return part;
    this.at += written.length;
    this.take('?');
    const after = this.at;
    const min = written === '+' ? 1 : least === undefined ? 0 : Number(least);
    const max =
      written === '?' ? 1 : least === undefined || (comma !== '' && most === '') ? Number.POSITIVE_INFINITY : Number(most || least);
    // A bound is no more than a factor: a few copies stand for it.
    const copies = [part];
    const wanted = Number.isFinite(max) ? Math.min(max, 3) : Math.max(1, Math.min(min, 3));
    while (copies.length < wanted) {
      this.at = start;
      copies.push(this.atom());
      if (this.at !== end) throw new Error(`two ways to read ${this.pattern}`);
    }
    this.at = after;
    if (max === 0) return nothing;
    if (!Number.isFinite(max)) this.link(copies.at(-1)?.last ?? [], copies.at(-1)?.first ?? []);
    // The second copy comes after the first alone, so that there is one way to take so many.
    return copies.reduceRight((rest, one, index) => {
      const part = this.joined(one, rest);
      return index >= min ? { ...part, empty: true } : part;
    }, nothing);
  }
  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
  private atom(): Part {
    if (this.take('(')) return this.group();
    // No letter leads to them: what stands behind the one begins once, and behind the other nothing stands.
    if (this.take('^')) return this.place(this.flags.includes('m') ? newline : 0n);
    if (this.take('$')) return this.place(0n);
    if (this.take('\\b') || this.take('\\B')) return this.look();
    const [written] = atomic.exec(this.pattern.slice(this.at)) ?? [];
    if (written === undefined) throw new Error(`what is ${this.pattern.slice(this.at)}`);
    this.at += written.length;
    return this.place(/^\\(?:[1-9]|k<)/.test(written) ? all : lettersOf(written, this.flags));
  }
  private group(): Part {
    const [opening = ''] = /^(?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(this.pattern.slice(this.at)) ?? [];
    this.at += opening.length;
    const around = /[=!]$/.test(opening);
    const { length } = this.letters;
    const part = this.choice();
    if (around) this.letters.length = this.follow.length = length;
    if (!this.take(')')) throw new Error('a group without an end');
    return around ? this.look() : part;
  }
  /** Before anything is taken it refuses nothing that was. */
  private look(): Part {
    if (this.letters.length > 0) this.conditional = true;
    return nothing;
  }
}
const atomic = /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:u\{[^}]*\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|c[A-Z]|k<\w+>|.)|[^()[\]\\])/isu;
const lettersOf = (atom: string, flags: string): Letters => {
  const expression = new RegExp(`^(?:${atom})$`, flags.replaceAll(/[gym]/g, ''));
  return alphabet.reduce((letters, letter, index) => (expression.test(letter) ? letters | (1n << BigInt(index)) : letters), 0n);
};

/** Places that a place comes back to itself by. */
const loopsOf = (follow: readonly (readonly number[])[]): readonly ReadonlySet<number>[] => {
  const reached = follow.map((_, from) => {
    const seen = new Set<number>();
    const queue = [...(follow[from] ?? [])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...(follow[next] ?? []));
    }
    return seen;
  });
  return reached.map((seen, from) => new Set([...seen].filter(one => reached[one]?.has(from) === true && seen.has(from))));
};

/**
 * Whether the time grows faster than a text that the expression refuses at its end: two ways through one loop (exponential), or a text that
 * one loop can take, another one can, and that leads from the first to the second (the square, as `x+x+$`). An expression that may begin
 * anywhere begins with a loop over everything. Weber and Seidl, On the degree of ambiguity of finite automata.
 */
export const isSlow = (pattern: string, flags: string): boolean => {
  const automaton = new Automaton(pattern, flags);
  const { letters, follow } = automaton;
  const { first, last } = automaton.whole();
  if (!flags.includes('y')) {
    const [start = 0] = automaton.place(all).first;
    follow[start]?.push(start, ...first);
  }
  const loops = loopsOf(follow);
  const accepted = (place: number): boolean => !automaton.conditional && last.includes(place) && letters[place] !== 0n;
  // `.*$` takes whatever comes, to the end.
  const takesAll = (place: number): boolean =>
    letters[place] === all &&
    follow[place]?.includes(place) === true &&
    follow[place].some(next => letters[next] === 0n && last.includes(next));
  // What has gone round a loop through a place that accepts is no longer refused.
  const accepts = (place: number): boolean => takesAll(place) || [...(loops[place] ?? [])].some(accepted);
  const twice = follow.some((next, from) => next.some((to, index) => next.indexOf(to) !== index && loops[from]?.has(to) === true));
  if (twice || loops.some((loop, place) => loop.size > 0 && splits(place, loop, letters, follow))) return true;
  const trade = (one: number, two: number): boolean =>
    walks([one, one, two], [one, two, two], [loops[one], undefined, loops[two]], letters, follow);
  const looping = loops.flatMap((loop, place) => (loop.size > 0 ? [place] : []));
  return looping.some(one => looping.some(two => !accepts(two) && loops[one]?.has(two) === false && trade(one, two)));
};
/** Whether one word leads back to a place in two different ways. */
const splits = (place: number, loop: ReadonlySet<number>, letters: readonly Letters[], follow: readonly (readonly number[])[]): boolean => {
  const others = [...loop].filter(one => one !== place);
  return others.some(
    other =>
      walks([place, place], [place, other], [loop, loop], letters, follow) &&
      walks([place, other], [place, place], [loop, loop], letters, follow),
  );
};
/** Whether one word leads from all of these places to all of those, each within its bounds. */
const walks = (
  from: readonly number[],
  to: readonly number[],
  bounds: readonly (ReadonlySet<number> | undefined)[],
  letters: readonly Letters[],
  follow: readonly (readonly number[])[],
): boolean => {
  const seen = new Set<string>();
  const queue: (readonly number[])[] = [from];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    const steps = state.map((place, index) => [...new Set(follow[place] ?? [])].filter(next => bounds[index]?.has(next) ?? true));
    let next: (readonly [readonly number[], Letters])[] = [[[], all]];
    for (const step of steps)
      next = next.flatMap(([places, common]) =>
        step.flatMap(place => {
          const shared = common & (letters[place] ?? 0n);
          return shared === 0n ? [] : [[[...places, place], shared] as const];
        }),
      );
    for (const [places] of next) {
      if (places.every((place, index) => place === to[index])) return true;
      const key = places.join();
      if (!seen.has(key)) {
        seen.add(key);
        queue.push(places);
      }
    }
  }
  return false;
};
