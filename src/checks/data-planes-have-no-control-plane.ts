import { contextCheck } from './check.ts';
import { lookedAt, said, several } from './remedies.ts';

export const dataPlanesHaveNoControlPlane = contextCheck({
  code: 'KC505',
  title: 'no data plane runs a control plane of its own',
  background: {
    read: 'K8SSANDRA_CONTROL_PLANE of the operator Deployments in the data plane',
    causes: ['the chart was installed with its default, controlPlane=true', 'the cluster is meant to be a control plane of other clusters'],
    prevent: 'install data planes with controlPlane=false',
    related: ['KC513', 'KC608'],
  },
  severity: 'warning',
  about: 'server',
  why: 'two control planes may reconcile the same datacenters, each for K8ssandraClusters of its own',
  cure: 'install the operator there with controlPlane=false, or make sure that it is meant to be a control plane too',
  remedies: several(
    said('install the operator there with controlPlane=false, or leave it when it is meant to be a control plane too'),
    lookedAt('get', 'deployments', '-A', '-l', 'control-plane=k8ssandra-operator'),
  ),
  needs: ['dataPlaneOperators'],
  *run({ dataPlaneOperators }) {
    const planes = dataPlaneOperators.filter(({ controlPlane }) => controlPlane);
    if (planes.length > 0)
      yield {
        message: `${planes.map(one => `${one.namespace}/${one.name}`).join(', ')} there is a control plane too`,
      };
  },
});
