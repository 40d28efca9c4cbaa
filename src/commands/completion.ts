import { scripts } from '../completion/scripts.ts';
import type { IO } from '../io.ts';
import type { CompletionArgs } from './usage.ts';

export const completion = async (io: IO, { SHELL }: CompletionArgs): Promise<void> => io.out(scripts[SHELL]);
