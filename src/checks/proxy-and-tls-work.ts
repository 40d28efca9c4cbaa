import { connectionCheck } from './connection-check.ts';
import { readdressed, rerouted } from './remedies.ts';

export const proxyAndTlsWork = connectionCheck({
  code: 'KC307',
  title: 'every proxy and TLS hand-shake works',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: [
      'the proxy refuses the address, wants a login, or is gone',
      'the port speaks something else than TLS',
      'the server asks for a client certificate that is not stored',
    ],
    prevent: 'test the stored proxy from the network of the control plane',
    related: ['KC203', 'KC302'],
  },
  cure: 'update the ClientConfig with the proxy or the address that works',
  remedies: scene =>
    (scene.context?.probe.reach.status === 'fail' && scene.context.probe.reach.cause === 'proxy'
      ? rerouted
      : readdressed('correct the address'))(scene),
  causes: ['proxy', 'not-tls', 'tls-version', 'client-certificate', 'tls'],
});
