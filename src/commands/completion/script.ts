import type { IO } from '../../base/io.ts';
import type { Program } from '../../cli/command.ts';
import { scriptOf } from '../../cli/completion/scripts.ts';
import type { CompletionArgs } from '../usage.ts';

export const printScript = async (io: IO, { file }: Program, { SHELL }: CompletionArgs): Promise<void> => io.out(scriptOf(SHELL, file));
