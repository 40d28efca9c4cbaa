import { parse } from 'yaml';
import { type Json, record, records, text } from '../api/json.ts';

/** A stored kubeconfig as far as the operator would get with it: where it dials, or the words that it dies with. */
export type Loaded =
  | { readonly fault: string }
  | { readonly fault: undefined; readonly cluster: Json; readonly user: Json; readonly server: string };

/** clientcmd.Load and ClientConfig of client-go, as far as a person's usual mistakes go. */
export const load = (kubeconfig: string, context: string): Loaded => {
  let config: Json;
  try {
    config = record(parse(kubeconfig, { uniqueKeys: false, logLevel: 'silent' }));
  } catch {
    return { fault: "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value" };
  }
  const entry = (list: string, name: string, inner: string): Json | undefined =>
    records(config[list])
      .filter(item => item['name'] === name)
      .map(item => record(item[inner]))[0];
  const found = entry('contexts', context, 'context');
  if (found === undefined)
    return { fault: `invalid configuration: [context was not found for specified context: ${context}, cluster has no server defined]` };
  const cluster = entry('clusters', text(found['cluster']), 'cluster');
  if (cluster === undefined)
    return { fault: 'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable' };
  const server = text(cluster['server']);
  if (server === '') return { fault: `invalid configuration: no server found for cluster "${text(found['cluster'])}"` };
  const user = entry('users', text(found['user']), 'user') ?? {};
  const broken =
    pathIn(text(found['cluster']), cluster, user) ?? (/^\S+$/.test(server) ? undefined : 'host must be a URL or a host:port pair');
  return broken === undefined ? { fault: undefined, cluster, user, server } : { fault: broken };
};

/** Nothing but the operator's program is in its image, so that a path leads nowhere. */
const pathIn = (name: string, cluster: Json, user: Json): string | undefined => {
  const ca = text(cluster['certificate-authority']);
  if (ca !== '') return `unable to read certificate-authority ${ca} for ${name} due to open ${ca}: no such file or directory`;
  for (const key of ['client-certificate', 'client-key', 'tokenFile']) {
    const path = text(user[key]);
    if (path !== '') return `open ${path}: no such file or directory`;
  }
  return undefined;
};
