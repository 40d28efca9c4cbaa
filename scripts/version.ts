import { parse } from 'semver';

/** Whether krew takes it, once a `v` stands before it: semver.org without build metadata, which an address of a release cannot carry. */
export const isVersion = (text: string): boolean => {
  const version = parse(text);
  return version !== null && version.version === text && version.build.length === 0;
};
