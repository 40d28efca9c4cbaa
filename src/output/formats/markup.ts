import { printable } from '../../base/errors.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text from a cluster as XML and HTML take it, in an element or a quoted attribute; what XML cannot hold becomes `?`. */
export const escaped = (text: string): string =>
  printable(text.toWellFormed())
    .replace(/[\ufffd-\uffff]/g, '?')
    .replace(/[&<>"']/g, char => entities[char] ?? char);
