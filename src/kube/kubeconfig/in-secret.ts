import type { Secret } from '../kinds.ts';
import { parseStored } from './parse.ts';
import type { Stored } from './stored.ts';

/** What a Secret stores of a context, judged; `undefined` where it has no key `kubeconfig`. */
export const storedInSecret = ({ data }: Pick<Secret, 'data'>, contextName: string): Stored | undefined => {
  const kubeconfig = data?.['kubeconfig'];
  return kubeconfig === undefined ? undefined : parseStored(Buffer.from(kubeconfig, 'base64'), contextName);
};
