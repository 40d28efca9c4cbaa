const heading = /^## \[([^\]]+)\](?: - \d{4}-\d{2}-\d{2})?$/gm;

/** The versions that a changelog in the form of keepachangelog.com has an entry for, newest first. */
export const versionsOf = (changelog: string): readonly string[] =>
  [...changelog.matchAll(heading)].map(([, name = '']) => name).filter(name => name !== 'Unreleased');

/** What stands below the heading of one version, or of `Unreleased`; undefined without the heading. */
export const entryOf = (changelog: string, version: string): string | undefined => {
  const headings = [...changelog.matchAll(heading)];
  const at = headings.findIndex(([, name]) => name === version);
  const found = headings[at];
  return found === undefined ? undefined : changelog.slice(found.index + found[0].length, headings[at + 1]?.index).trim();
};

/** Gives what is unreleased a version and its day (YYYY-MM-DD), and leaves an empty Unreleased above it. Throws when nothing is unreleased. */
export const releaseEntry = (changelog: string, version: string, day: string): string => {
  const entry = entryOf(changelog, 'Unreleased');
  if (entry === undefined || !/^- /m.test(entry)) throw new Error('CHANGELOG.md has nothing under ## [Unreleased]');
  return changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${day}\n`);
};
