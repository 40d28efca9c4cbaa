/** The operator's Deployment as the release that runs would have it. */
export const operatorDeployment = (namespace: string, watch: string, tag: string) => {
  const labels = { 'control-plane': 'k8ssandra-operator' };
  const env = [
    { name: 'WATCH_NAMESPACE', value: watch },
    { name: 'K8SSANDRA_CONTROL_PLANE', value: 'true' },
  ];
  const containers = [{ name: 'k8ssandra-operator', image: `docker.io/k8ssandra/k8ssandra-operator:${tag}`, env }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'k8ssandra-operator', labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
};
