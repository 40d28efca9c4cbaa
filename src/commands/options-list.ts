import type { IO } from '../io.ts';
import { optionsHelp } from '../output/help.ts';
import { globalOptions } from './global-options.ts';

export const optionsList = (io: IO): { readonly handler: () => void } => ({
  handler: () => io.out(optionsHelp(new Map(Object.entries(globalOptions)), helpWidth(io))),
});

/** kubectl's help does not follow a wide terminal either: a line that is too long is hard to read. */
export const helpWidth = ({ columns }: IO): number => Math.min(columns ?? 80, 80);
