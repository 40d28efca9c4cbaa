import type { IO } from '../base/io.ts';
import { scripts } from '../cli/completion/scripts.ts';
import type { CompletionArgs } from '../cli/usage.ts';

export const completion = async (io: IO, { SHELL }: CompletionArgs): Promise<void> => io.out(scripts[SHELL]);
