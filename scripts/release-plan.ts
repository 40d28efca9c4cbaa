/** The parts of a version, or undefined for what is none. */
const parse = (version: string): readonly [number, number, number, string] | undefined => {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/.exec(version);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3]), found[4] ?? ''];
};
/** Whether a version comes after another; a pre-release comes before its release. Throws for what is no version. */
export const isNewer = (version: string, than: string): boolean => {
  const a = parse(version);
  const b = parse(than);
  if (a === undefined || b === undefined) throw new Error(`${a === undefined ? version : than} is no version as in 1.2.3 or 1.2.3-rc.1`);
  for (const index of [0, 1, 2] as const) if (a[index] !== b[index]) return a[index] > b[index];
  if (a[3] === b[3]) return false;
  return a[3] === '' || (b[3] !== '' && a[3].localeCompare(b[3], 'en', { numeric: true }) > 0);
};

/** The changelog with what is unreleased under the version's own heading (Keep a Changelog). Throws when there is nothing to release. */
export const releasedChangelog = (changelog: string, version: string, date: string): { readonly text: string; readonly notes: string } => {
  const heading = '## [Unreleased]\n';
  const at = changelog.indexOf(heading);
  if (at < 0) throw new Error('CHANGELOG.md has no ## [Unreleased]');
  const rest = changelog.slice(at + heading.length);
  const end = rest.search(/^## \[/m);
  const notes = (end < 0 ? rest : rest.slice(0, end)).trim();
  if (notes === '') throw new Error('CHANGELOG.md has nothing under ## [Unreleased]');
  const older = end < 0 ? '' : `\n${rest.slice(end)}`;
  return { text: `${changelog.slice(0, at)}${heading}\n## [${version}] - ${date}\n\n${notes}\n${older}`, notes };
};
