import type { Usage } from '../../cli/command.ts';
import type { Args } from '../global-options.ts';
import { yes } from '../shared-options.ts';

export const status = {
  describe: 'show the operators of both planes: version, mode, watched namespaces, restarts, last exit, what is loaded',
  options: {
    output: { alias: 'o', choices: ['table', 'json', 'yaml'], default: 'table', describe: 'output format' },
  },
  examples: [['$0 operator status', 'is it up, and has it loaded what is stored?']],
} as const satisfies Usage;
export type StatusArgs = Args<typeof status>;

export const restart = {
  describe: "restart the control plane's operator, when something waits for it; it normally restarts itself",
  options: {
    always: { type: 'boolean', describe: 'restart it although nothing waits for a restart' },
    yes,
    wait: { type: 'boolean', describe: 'wait until it is ready and has read everything' },
    timeout: { default: '5m', describe: 'how long to wait' },
  },
  examples: [['$0 operator restart --wait', 'load what was stored and not loaded']],
} as const satisfies Usage;
export type RestartArgs = Args<typeof restart>;
