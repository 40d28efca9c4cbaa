import type { Report } from '../../checks/report.ts';

/** That something which was asked for is not known, and how it can be read; what is known stands. */
export const incomplete = ({ unknown }: Pick<Report, 'unknown'>): string => {
  const late = unknown.some(({ gap, expected }) => expected !== true && gap?.reason === 'timed-out');
  return `Incomplete: something could not be read (each is listed); the rest stands.${late ? ' To give it more time: --timeout or --deadline.' : ''}`;
};
