import { ours } from '../../base/advice.ts';
import { UserError, usage } from '../../base/errors.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation } from '../../kube/annotations.ts';
import type { Connection, Endpoint, Limits } from '../../kube/api/connection.ts';
import { proxyFault } from '../../kube/kubeconfig/address.ts';
import type { SelectedContext } from '../../kube/kubeconfig/select.ts';
import { sameServer, shownUrl } from '../../kube/kubeconfig/url.ts';
import { guardWith } from '../refusals.ts';
import { ownerOf, refuseUnknownMark } from '../registration.ts';
import type { Candidate, CreateOptions } from './candidate.ts';
import { chooseAccount, chooseServer, facedWith, refuseOtherPlaces } from './locate.ts';
import { type Kept, keptOf, registrationPlaceOf } from './place.ts';
import { proveCa } from './prove-ca.ts';
import { proveCredential } from './prove-credential.ts';

/** Reads a data plane, chooses its service account and CA, and proves them; writes nothing. Throws a refusal with its cure. */
export const prepare = async (
  source: Connection,
  selected: SelectedContext,
  controlPlane: ControlPlane,
  options: CreateOptions,
  limits: Limits,
): Promise<Candidate> => {
  const contextName = options.name ?? selected.name;
  const place = registrationPlaceOf(controlPlane, contextName, options.destNamespace);
  if (options.ttl !== undefined && place.stored !== undefined)
    throw new UserError(
      `refused: ${contextName} is registered, and its token would stay good beside the new one`,
      ours('clientconfig rotate', [place.name], '--token-ttl', `${options.ttl}s`),
    );
  refuseUnknownMark(controlPlane, { namespace: place.namespace, name: place.secretName, annotations: place.notes });
  const prospects = await facedWith(source, options);
  const inheritance = keptOf(place, prospects.clusterUid);
  const guard = guardWith([...options.allow, ...inheritance.allow]);
  const server = chooseServer(selected, options, inheritance, guard);
  const run = { source, selected, controlPlane, options, limits, guard };
  const { operator, serviceAccount } = await chooseAccount(run, prospects.operators);
  refuseOtherPlaces(run, { contextName, clusterUid: prospects.clusterUid, server, place });
  const { endpoint, tls } = await proveCa(run, serviceAccount.namespace, wayTo(server, selected, options, inheritance));
  const subject = {
    source,
    contextName,
    objectName: place.name,
    secretName: place.secretName,
    keeps: keptLines(server, selected, options, inheritance),
    owner: ownerOf(controlPlane, `${options.destNamespace}/${place.name}`),
    decided: place.decided,
    noted: place.notes[annotation.tokenSecret],
    operator,
    serviceAccount,
    clusterUid: prospects.clusterUid,
    endpoint,
    tls,
    ttl: options.ttl,
  };
  const proven = await proveCredential(run, subject);
  return { ...subject, ...proven, allowed: guard.lifted() };
};

/** How the operator will dial: what a flag says, what is stored already, else what the user's own context says of that very server. */
const wayTo = (
  server: string,
  { name, cluster }: SelectedContext,
  options: CreateOptions,
  kept: Kept,
): Omit<Endpoint, 'caPem' | 'insecure'> => {
  const same = options.server === undefined && kept.server === undefined;
  // An empty text takes away what is stored.
  const tlsServerName = (options.tlsServerName ?? kept.tlsServerName ?? (same && cluster.tlsServerName)) || undefined;
  const proxyUrl = (options.proxyUrl ?? kept.proxyUrl ?? (same && cluster.proxyUrl)) || undefined;
  const fault = proxyUrl === undefined ? undefined : proxyFault(proxyUrl);
  if (fault !== undefined)
    throw usage(
      `refused: the operator would not use the proxy ${shownUrl(proxyUrl ?? '')} of ${name}: ${fault}`,
      'correct it in the kubeconfig, or pass another with --proxy-url http://host:3128',
    );
  return { server, ...(tlsServerName === undefined ? {} : { tlsServerName }), ...(proxyUrl === undefined ? {} : { proxyUrl }) };
};
const keptLines = (server: string, { name, server: own }: SelectedContext, options: CreateOptions, kept: Kept): readonly string[] =>
  options.server === undefined && kept.server !== undefined && !sameServer(own, server)
    ? [`keeps the server ${shownUrl(server)} (${name} has ${shownUrl(own)}; --server changes it)`]
    : [];
