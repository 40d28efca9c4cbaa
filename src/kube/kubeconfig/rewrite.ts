import { type Credential, reveal } from '../../base/credential.ts';
import { decodeYaml } from '../goyaml/decode.ts';
import { isList, isMap, isNumber, type YamlValue } from '../goyaml/value.ts';
import { writeYaml } from '../yaml/write.ts';
import { clusterOf, type StoredEndpoint } from './build.ts';

/** A stored kubeconfig with one thing changed and everything else as it was, also what nobody here understands; or why it stays untouched. */
export type Rewritten = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const entriesOf = (root: Fields, list: string): unknown[] => (Array.isArray(root[list]) ? root[list] : []);
/** What an entry of a list holds under its own key, by the name of the entry. */
const entryOf = (root: Fields, list: string, inner: string, name: unknown): Fields | undefined => {
  const namedEntry = entriesOf(root, list).find(entry => (fieldsOf(entry)['name'] ?? '') === (name ?? ''));
  const content = fieldsOf(namedEntry)[inner];
  return isFields(content) ? content : undefined;
};

export const withToken = (kubeconfig: Uint8Array, contextName: string, token: Credential): Rewritten =>
  rewritten(kubeconfig, root => {
    const user = entryOf(root, 'users', 'user', entryOf(root, 'contexts', 'context', contextName)?.['user']);
    if (user === undefined) return 'its context has no user';
    if ((user['tokenFile'] ?? '') !== '') return 'its user has a tokenFile too, which wins over a token';
    user['token'] = reveal(token);
    return undefined;
  });

/** Fields that are `undefined` in the endpoint are taken away; a CA file gives way to the data. */
export const withEndpoint = (kubeconfig: Uint8Array, contextName: string, endpoint: StoredEndpoint): Rewritten =>
  rewritten(kubeconfig, root => {
    const cluster = entryOf(root, 'clusters', 'cluster', entryOf(root, 'contexts', 'context', contextName)?.['cluster']);
    if (cluster === undefined) return 'its context has no cluster';
    Object.assign(cluster, clusterOf(endpoint));
    if (endpoint.caPem !== undefined) delete cluster['certificate-authority'];
    return undefined;
  });

/** A second context of the same cluster and user, and the current one from now on. */
export const withContext = (kubeconfig: Uint8Array, contextName: string, another: string): Rewritten =>
  rewritten(kubeconfig, root => {
    const context = entryOf(root, 'contexts', 'context', contextName);
    if (context === undefined) return 'it has no context of that name';
    const namesake = entryOf(root, 'contexts', 'context', another);
    const isSame = namesake !== undefined && ['cluster', 'user'].every(field => (namesake[field] ?? '') === (context[field] ?? ''));
    if (namesake !== undefined && !isSame) return `it has another context ${another} already`;
    if (namesake === undefined) entriesOf(root, 'contexts').unshift({ name: another, context: { ...context } });
    root['current-context'] = another;
    return undefined;
  });

/** Deeper ones are nobody's; client-go would read them, and nothing would be gained by writing them again. */
const mostDepth = 200;
const mostLength = 1024 * 1024;
const rewritten = (kubeconfig: Uint8Array, change: (root: Fields) => string | undefined): Rewritten => {
  const yaml = decodeYaml(kubeconfig);
  if (!yaml.ok) return { ok: false, why: yaml.message };
  if (!isMap(yaml.value)) return { ok: false, why: 'it is no kubeconfig' };
  if (yaml.value.depth > mostDepth) return { ok: false, why: `its fields stand in one another more than ${mostDepth} times` };
  const root = fieldsOf(asJson(yaml.value));
  const why = change(root);
  if (why !== undefined) return { ok: false, why };
  const text = writeYaml(root);
  return text.length > mostLength ? { ok: false, why: 'it would be too large for a Secret' } : { ok: true, text };
};
/** Whole numbers beyond 2^53 stay what they are. */
const asJson = (value: YamlValue): unknown => {
  if (isList(value)) return value.items.map(asJson);
  if (isMap(value)) return Object.fromEntries([...value.entries].map(([key, entry]) => [key, asJson(entry.value)]));
  return isNumber(value) ? value.value : value;
};
