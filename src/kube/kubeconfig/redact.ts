import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { credential } from '../../base/credential.ts';

/** Fields of a kubeconfig that hold, or may hold, a secret. Anything under them is replaced whole. */
const secretFields = new Set([
  'token',
  'password',
  'client-key-data',
  'auth-provider',
  'exec',
  'username',
  'as-user-extra',
  'id-token',
  'refresh-token',
]);
/** Fields that may be shown as they are; a text under any other key is kept only when it is short and plain. */
const plainFields = new Set([
  'apiVersion',
  'kind',
  'name',
  'server',
  'cluster',
  'user',
  'namespace',
  'current-context',
  'tls-server-name',
  'certificate-authority-data',
  'client-certificate-data',
  'certificate-authority',
  'client-certificate',
  'insecure-skip-tls-verify',
  'tokenFile',
  'client-key',
  'proxy-url',
  'disable-compression',
]);

/** A kubeconfig's own text with every credential replaced by its fingerprint, and whatever is not YAML left out whole. */
export const redacted = (kubeconfig: string): string => {
  const document = parseDocument(kubeconfig, { logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0 || !isMap(document.contents))
    return `# not a kubeconfig: ${kubeconfig.length} characters, ${credential(kubeconfig).fingerprint}\n`;
  visit(document, {
    Alias: () => visit.REMOVE,
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      if (isScalar(value)) {
        value.comment = null;
        value.commentBefore = null;
        const text = String(value.value ?? '');
        if (name === 'proxy-url' || name === 'server') value.value = text.replace(/\/\/[^/@]*@/, '//');
        else if (text !== '' && (secretFields.has(name) || (!plainFields.has(name) && text.length > 40))) {
          value.value = `REDACTED ${credential(text).fingerprint}`;
          delete value.type;
        }
        return undefined;
      }
      if (secretFields.has(name)) return visit.REMOVE;
      return undefined;
    },
  });
  document.comment = null;
  document.commentBefore = null;
  return document.toString({ lineWidth: 0 });
};
