import { connectionCheck } from './connection-check.ts';
import { readdressed, rerouted } from './remedies.ts';

export const proxyAndTlsWork = connectionCheck({
  code: 'KC307',
  title: 'every proxy and TLS hand-shake works',
  cure: 'update the ClientConfig with the proxy or the address that works',
  remedies: scene =>
    (scene.context?.probe.reach.status === 'fail' && scene.context.probe.reach.cause === 'proxy'
      ? rerouted
      : readdressed('correct the address'))(scene),
  causes: ['proxy', 'not-tls', 'tls-version', 'client-certificate', 'tls'],
});
