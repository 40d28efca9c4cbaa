import { placementCheck } from './placement-check.ts';

export const dataPlaneOperatorRuns = placementCheck({
  fact: 'operator',
  title: 'the K8ssandra Operator runs in the cluster of every remote datacenter',
  background: {
    read: 'the Deployments of the K8ssandra Operator in the cluster of the datacenter',
    causes: ['the data plane was registered and the operator never installed there', 'its pod does not become ready'],
    prevent: 'install the chart with controlPlane=false in every data plane',
    related: ['KC508', 'KC505'],
  },
  why: 'Reaper, Stargate and Medusa objects that the control plane writes there are never acted upon',
  cure: 'install the operator there with controlPlane=false, or see why its pod is not ready',
  look: ['get', 'deployments,pods', '-A', '-l', 'control-plane=k8ssandra-operator'],
});
