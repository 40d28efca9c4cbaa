import type { Argv } from 'yargs';
import { scripts } from '../completion/scripts.ts';
import type { IO } from '../io.ts';

export const completion = (io: IO) => ({
  builder: (yargs: Argv) =>
    yargs
      .positional('SHELL', { choices: Object.keys(scripts), demandOption: true, describe: 'the shell, or kubectl for its own completion' })
      .example('source <($0 completion bash)', 'complete kubectl-k8ssandra in this shell')
      .example('$0 completion kubectl > kubectl_complete-k8ssandra', 'what kubectl itself calls: make it executable, on PATH'),
  handler: ({ SHELL }: { SHELL: string }) => io.out(scripts[SHELL as keyof typeof scripts]),
});
