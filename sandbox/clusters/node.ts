import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { admissionDenial } from '../api/admission.ts';
import { record } from '../api/json.ts';
import { issue, makeAuthority } from '../certificates.ts';
import type { Kept, PodHost } from '../operator/pod.ts';
import type { Cluster } from './cluster.ts';
import { installWebhook } from './install.ts';

/** What a node and the operator's container would serve: the API server asks here for logs, metrics and admission. */
export interface NodeStandIn extends PodHost {
  /** where the metrics of its pods are; absent on a machine that has no address but loopback, which an API server asks for no metrics */
  readonly metricsPort?: number;
  readonly installWebhook: (known: () => readonly string[] | 'down') => Promise<void>;
}
const name = 'node-1';

/** A node of a real cluster with nothing on it: its kubelet knows the logs that it is told. */
export const startNode = async (cluster: Cluster): Promise<NodeStandIn> => {
  const pods = new Map<string, Kept>();
  const authority = await makeAuthority('node');
  const { cert, key } = await issue(authority);
  const kubelet = createServer({ cert, key }, (asked, reply) => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'https://node');
    const [, kind, , pod = ''] = pathname.split('/');
    const kept = kind === 'containerLogs' ? pods.get(pod) : undefined;
    const text = searchParams.get('previous') === 'true' ? kept?.previousLog : kept?.log;
    reply.statusCode = text === undefined ? 404 : 200;
    reply.end(text ?? `previous terminated container in pod ${pod} not found`);
  });
  const port = await listening(kubelet, '127.0.0.1');
  const podIP = Object.values(networkInterfaces())
    .flatMap(all => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  const metrics = createHttp((_, reply) => reply.end([...pods.values()].map(kept => kept.metrics).join('')));
  const metricsPort = podIP === undefined ? undefined : await listening(metrics, podIP);
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  await created(cluster, '/api/v1/nodes', {
    metadata: { name },
    status: { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } },
  });
  return {
    nodeName: name,
    ...(podIP === undefined ? {} : { podIP }),
    ...(metricsPort === undefined ? {} : { metricsPort }),
    keep: (pod, kept) => {
      pods.clear();
      pods.set(pod, kept);
    },
    installWebhook: async known => {
      const webhook = createServer({ cert, key }, async (asked, reply) => {
        const chunks: Buffer[] = [];
        for await (const chunk of asked) chunks.push(chunk as Buffer);
        const names = known();
        // Nothing listens where the operator is down.
        if (names === 'down') return void reply.destroy();
        const { request } = JSON.parse(Buffer.concat(chunks).toString()) as { request: { uid: string; object: unknown } };
        const message = admissionDenial(names, record(request.object));
        const response = {
          uid: request.uid,
          allowed: message === undefined,
          ...(message === undefined ? {} : { status: { code: 403, message } }),
        };
        reply.setHeader('Content-Type', 'application/json');
        reply.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
      });
      const webhookPort = await listening(webhook, '127.0.0.1');
      await installWebhook(cluster, webhookPort, authority.pem);
    },
  };
};
/** Serves without keeping the process alive. */
const listening = async (server: Server | NetServer, address: string): Promise<number> => {
  server.listen(0, address).unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
const created = async (cluster: Cluster, path: string, object: object): Promise<void> => {
  const { status, body } = await cluster.request('POST', path, object);
  if (status !== 201) throw new Error(`${cluster.name}: POST ${path}: ${status} ${JSON.stringify(body)}`);
};
