import type { Finding, Report } from './report.ts';

/** What one look at a context comes to. */
export type Status = 'ok' | 'warning' | 'error' | 'unknown' | 'notJudged';

export const shownFindings = ({ findings }: Pick<Report, 'findings'>): readonly Finding[] =>
  findings.filter(({ suppressed }) => !suppressed);

/** The worst that is said of a context; what could not be judged, or was not, is never ok. */
export const statusOf = (name: string, report: Report): Status => {
  const findings = shownFindings(report).filter(({ contexts }) => contexts.includes(name));
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  if (findings.some(({ severity }) => severity === 'warning')) return 'warning';
  if (!report.controlPlane.clientConfigs.ok || report.unknown.some(({ contexts }) => contexts.includes(name))) return 'unknown';
  return report.notJudged?.includes(name) === true ? 'notJudged' : 'ok';
};

/** The control plane's own row: findings that name no context are about it. */
export const localStatus = (report: Report): Status => {
  const findings = shownFindings(report).filter(({ contexts }) => contexts.length === 0);
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  if (findings.some(({ severity }) => severity === 'warning')) return 'warning';
  const unjudged = report.unknown.some(({ contexts, expected }) => contexts.length === 0 && expected !== true);
  if (!report.controlPlane.version.ok || unjudged) return 'unknown';
  return report.notJudged?.includes('') === true ? 'notJudged' : 'ok';
};
