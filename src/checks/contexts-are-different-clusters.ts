import { fleetCheck } from './check.ts';

export const contextsAreDifferentClusters = fleetCheck({
  code: 'KC106',
  title: 'no two contexts lead to one cluster',
  severity: 'warning',
  why: 'datacenters meant for two clusters end up in one, and its secrets are replicated twice',
  cure: 'keep one of the contexts and move its users there',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'delete', contexts.at(-1) ?? 'NAME'],
  needs: ['clientConfigs'],
  *run(_facts, { contexts }) {
    const servers = Map.groupBy(
      contexts.flatMap(({ name, stored }) => (stored?.ok === true ? [{ name, server: stored.value.server }] : [])),
      ({ server }) => server,
    );
    for (const [server, same] of servers) {
      if (same.length < 2) continue;
      for (const { name } of same)
        yield { context: name, message: `the same API server ${server} stands behind ${same.map(one => one.name).join(' and ')}` };
    }
  },
});
