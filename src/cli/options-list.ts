import type { IO } from '../base/io.ts';
import { globalOptions } from '../commands/global-options.ts';
import { optionsHelp } from './help.ts';

export const optionsList = async (io: IO): Promise<void> => io.out(optionsHelp(globalOptions, helpWidth(io)));

/** kubectl's help does not follow a wide terminal either: a line that is too long is hard to read. */
export const helpWidth = ({ columns }: IO): number => Math.min(columns ?? 80, 80);
