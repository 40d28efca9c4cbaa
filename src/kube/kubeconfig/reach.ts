import { shownName } from '../../base/shown.ts';
import { load } from './load.ts';

/**
 * What a kubeconfig makes kubectl do on the machine of whoever uses it, beside dialling: the programs that it runs and the files that it reads,
 * whose content goes to the server. Of one that client-go does not load it cannot be told: other clients may take it.
 */
export const localReach = (kubeconfig: Uint8Array): readonly string[] => {
  const config = load(kubeconfig);
  if (!config.ok) return [`what it says cannot be told: ${config.message}`];
  const { users, clusters } = config.value;
  return [
    ...[...users].flatMap(([name, { exec, authProvider, tokenFile, clientCertificate, clientKey }]) => [
      ...(exec === undefined ? [] : [`its user ${shownName(name)} runs a program`]),
      ...(authProvider === undefined ? [] : [`its user ${shownName(name)} logs in through a provider`]),
      ...([tokenFile, clientCertificate, clientKey].some(path => path !== '') ? [`its user ${shownName(name)} reads a file`] : []),
    ]),
    ...[...clusters].flatMap(([name, { certificateAuthority }]) =>
      certificateAuthority === '' ? [] : [`its cluster ${shownName(name)} reads a file`],
    ),
  ];
};
