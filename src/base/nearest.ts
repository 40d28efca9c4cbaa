/** The name that a person may have meant: differs in case alone, or in two or at most a quarter of its letters. */
export const nearest = (wanted: string, names: readonly string[]): string | undefined => {
  const [best] = names
    .map(name => ({ name, distance: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return best !== undefined && best.distance <= Math.max(wanted.length > 3 ? 2 : 1, Math.floor(wanted.length / 4)) ? best.name : undefined;
};
/** Levenshtein's distance, row by row. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (char === other ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};
