const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?$/;

/** Whether krew takes it, once a `v` stands before it: semver.org without build metadata, which an address of a release cannot carry. */
export const isVersion = (text: string): boolean => pattern.test(text);

/** Negative when `a` precedes `b`, by the precedence of semver.org (11): a pre-release comes before its release. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [pattern.exec(a), pattern.exec(b)];
  if (left === null || right === null) throw new Error(`not a version: ${left === null ? a : b}`);
  for (const index of [1, 2, 3]) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return difference;
  }
  if (left[4] === undefined || right[4] === undefined) return Number(left[4] === undefined) - Number(right[4] === undefined);
  const [mine, theirs] = [left[4].split('.'), right[4].split('.')];
  for (const [index, one] of mine.entries()) {
    const other = theirs[index];
    if (other === undefined) return 1;
    if (one === other) continue;
    const numbers = [one, other].map(part => /^\d+$/.test(part));
    if (numbers[0] && numbers[1]) return Number(one) - Number(other);
    if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return mine.length - theirs.length;
};
