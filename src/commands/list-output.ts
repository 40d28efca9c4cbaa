import { usage } from '../base/errors.ts';
import { jsonText } from '../base/json.ts';
import { yamlOf } from '../output/client-configs.ts';
import { jsonpath } from '../output/jsonpath.ts';
import { listFormats } from './shared-options.ts';

/** A list in each of its shapes; the texts are made only when they are asked for. */
interface Listed {
  readonly document: Readonly<Record<string, unknown>>;
  readonly names: () => string;
  readonly table: (wide: boolean) => string;
}
/** How to print a list. An unknown format, or a template that cannot be read, is wrong use, whatever the cluster says. */
export const listPrinter = (output: string): ((list: Listed) => string) => {
  const template = output.startsWith('jsonpath=') ? output.slice('jsonpath='.length) : undefined;
  if (template === undefined && !listFormats.some(format => format === output))
    throw usage(
      `-o does not know "${output}"`,
      `pass one of ${listFormats.join(', ')}, or a template as in -o jsonpath='{.items[*].metadata.name}'`,
    );
  if (template !== undefined) jsonpath(template, {});
  return ({ document, names, table }) => {
    if (template !== undefined) return jsonpath(template, document);
    if (output === 'json') return `${jsonText(document, 2)}\n`;
    if (output === 'yaml') return yamlOf(document);
    return output === 'name' ? names() : table(output === 'wide');
  };
};
