import { createHash } from 'node:crypto';
import { withoutEnd } from '../base/text.ts';

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

const dns1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const longest = 50;
/** Whether a name can be a Kubernetes object name with room for a suffix. */
const isObjectName = (name: string): boolean => name.length <= longest && dns1123.test(name);
/** The context's own name where it can be an object name; else a readable part and a hash of the whole, so that no two contexts meet. */
export const objectName = (context: string): string => {
  if (isObjectName(context)) return context;
  const words = context
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(-(longest - 9))
    .replace(/^-+/, '');
  const readableName = withoutEnd(words, '-');
  return readableName === '' ? `context-${shortHash(context)}` : `${readableName}-${shortHash(context)}`;
};
