import type { Access } from '../fleet/inventory.ts';
import { contextCheck } from './check.ts';
import { lookedAt, said, several } from './remedies.ts';

/** The rules for endpointslices came with 1.25: a role that lacks both start rights, and no other, is of an older operator. */
export const lacksOnlyEndpointSlices = ({ missing }: Access): boolean => {
  const slices = missing.filter(({ resource }) => resource === 'endpointslices');
  const start = missing.filter(({ tier }) => tier === 'start');
  return (
    start.every(({ resource }) => resource === 'endpointslices') && ['list', 'watch'].every(one => slices.some(({ verb }) => verb === one))
  );
};
const release = (version: string | undefined): readonly [number, number] | undefined => {
  const match = /^v?(\d+)\.(\d+)\./.exec(version ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
};

export const dataPlanesAreOfOneVersion = contextCheck({
  code: 'KC504',
  title: 'every data plane runs a release of the operator that the control plane can work with',
  background: {
    read: 'the operator Deployments of the data plane, and the rights that came with each release',
    causes: ['the control plane was upgraded first'],
    prevent: 'upgrade the data planes first and the control plane last',
    related: ['KC501', 'KC505'],
  },
  severity: 'warning',
  about: 'server',
  why: 'a control plane that is newer than its data planes wants rights and fields that are not there yet',
  cure: 'upgrade the operator of the data planes first, and the control plane last',
  remedies: several(
    said('upgrade the operator of that data plane first, and the control plane last'),
    lookedAt('get', 'deployments', '-A', '-l', 'control-plane=k8ssandra-operator'),
  ),
  needs: ['access'],
  helps: ['dataPlaneOperators', 'operator'],
  *run({ access, dataPlaneOperators, operator }) {
    if (lacksOnlyEndpointSlices(access)) {
      const [{ namespace } = {}] = access.missing;
      yield {
        message: `may not list, watch endpointslices.discovery.k8s.io ${namespace === undefined ? 'in all namespaces' : `in ${namespace}`}, and nothing else is missing: its operator is older than 1.25`,
        effect:
          'the control plane, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
        severity: 'error',
        blocksStart: true,
      };
    }
    const control = operator.ok ? operator.value?.version : undefined;
    const controlRelease = release(control);
    for (const { version, namespace, name: deployment } of dataPlaneOperators.ok ? dataPlaneOperators.value : []) {
      const dataRelease = release(version);
      if (
        controlRelease === undefined ||
        dataRelease === undefined ||
        dataRelease[0] > controlRelease[0] ||
        (dataRelease[0] === controlRelease[0] && dataRelease[1] >= controlRelease[1])
      )
        continue;
      yield {
        message: `its operator ${namespace}/${deployment} is ${version}, older than the control plane's ${control}`,
        remedies: said(`upgrade the operator ${namespace}/${deployment} of that data plane to ${control} or newer`),
      };
    }
  },
});
