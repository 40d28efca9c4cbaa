import { looksSecret } from '../base/shown.ts';
import { withoutEnd } from '../base/text.ts';
import { logWords } from './log-words.ts';

/** Longer lines are cut: what ends the operator is told in the first of their letters. */
const longest = 1000;
const unknown = '[...]';
/** A word, a name, an address or a number, up to what separates such in a log. */
const unit = /[^\s"'`(){}[\],;=<>|\\]+/g;
/** What is said next is a credential, whatever it is. */
const announcement =
  /^(?:bearer|basic|negotiate|authorization|cookie|x-[\w-]*token|api-?key|access-?key|passw(?:or)?d|passphrase|pwd|pin|token|secret|credentials?)[:=]*$/i;
const time = /^(?:\d{4}-\d\d-\d\d(?:T[\d:.]{5,18}(?:Z|[+-][\d:]{4,5})?)?|\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/;
const count = /^\d{1,5}(?:\.\d{1,3})?(?:m?s|m|h)?$/;

/**
 * A line of the operator's log as it may be shown: the words of its known messages, the given names, times, addresses and small numbers. Whatever
 * else a line holds, `[...]` stands for it.
 */
export const shownLine = (line: string, names: ReadonlySet<string>): string => {
  let announced = false;
  let result = '';
  let end = 0;
  // A line that is JSON writes line breaks as escapes.
  const oneLine = line.slice(0, longest).replace(/\\[nrt]/g, ' ');
  for (const { 0: word, index } of oneLine.matchAll(unit)) {
    const isSign = /^[^\p{L}\p{N}]+$/u.test(word);
    result += separators(oneLine.slice(end, index)) + (isSign || isKnown(word, names, announced) ? word : unknown);
    end = index + word.length;
    if (!isSign) announced = announces(word, oneLine.slice(end, end + 8));
  }
  return (result + separators(oneLine.slice(end))).replace(/(?:\[\.\.\.\][\s,;:]*){2,}/g, `${unknown} `).trim();
};
/** Nothing but what separates words, the columns of a log among them. */
const separators = (text: string): string => text.replaceAll('\t', ' ');
/** `Bearer X`, and `password: X` in whatever quotes; not `token` in a sentence. */
const announces = (word: string, rest: string): boolean =>
  announcement.test(word) && (/[:=]$/.test(word) || /^(?:bearer|basic|negotiate)$/i.test(word) || /^\\?["'`]?\s*[:=]/.test(rest));

const isKnown = (word: string, names: ReadonlySet<string>, announced: boolean): boolean => {
  const trimmedWord = withoutEnd(word, '.:');
  if (announced) return /^(?:bearer|basic|negotiate)$/i.test(trimmedWord);
  if (trimmedWord === '' || names.has(trimmedWord) || time.test(trimmedWord) || address.test(trimmedWord) || count.test(trimmedWord))
    return true;
  const [, scheme, host = '', rest = ''] = /^(https?|socks5):\/\/([^/?#]*)(.*)$/is.exec(trimmedWord) ?? [];
  if (scheme !== undefined) return names.has(host) && (rest === '' || isKnown(rest, names, false));
  return !looksSecret(trimmedWord) && /[a-z]/i.test(trimmedWord) && isPart(trimmedWord, names);
};
const joints = [/[/?&*@#]+/, /:+/, /\.+/, /-+/];
/** `*v1beta1.ClientConfig`, `k8ssandra-operator/east`, `system:serviceaccount:ns:name`: known whole, or in all of its pieces. */
const isPart = (word: string, names: ReadonlySet<string>, depth = 0): boolean => {
  if (word === '' || logWords.has(word.toLowerCase()) || names.has(word) || /^\d{1,4}$/.test(word)) return true;
  const joint = joints[depth];
  return joint !== undefined && word.split(joint).every(part => isPart(part, names, depth + 1));
};
