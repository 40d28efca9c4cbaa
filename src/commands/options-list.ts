import type { IO } from '../io.ts';
import { globalOptions } from './global-options.ts';

/** The global flags, in the shape in which kubectl lists its own. */
export const optionsList = (io: IO): { readonly handler: () => void } => ({
  handler: () => {
    io.out('The following options can be passed to any command:\n\n');
    for (const [name, option] of Object.entries(globalOptions)) {
      const long = name.length === 1 ? `    -${name}` : `${'alias' in option ? `-${option.alias}, ` : '    '}--${name}`;
      const value = option.type === 'boolean' ? 'false' : 'default' in option ? String(option.default) : "''";
      io.out(`    ${long}=${value}:\n        ${option.describe}\n\n`);
    }
  },
});
