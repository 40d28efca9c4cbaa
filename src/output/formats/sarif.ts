import type { Target } from '../../base/advice.ts';
import { jsonText } from '../../base/json.ts';
import { checks } from '../../checks/index.ts';
import type { Finding, Report, Severity } from '../../checks/report.ts';
import { byPlace, docsOf, labelled, project, remedyFields } from '../facts.ts';

const level: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0. Findings from manifests carry their file and line, all carry the object; what could not be judged is a notification. */
export const sarif = (report: Report): string =>
  jsonText(
    {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'kubectl-k8ssandra', informationUri: project, rules: checks.map(rule) } },
          invocations: [
            {
              executionSuccessful: report.complete,
              startTimeUtc: new Date(report.startedAt).toISOString(),
              endTimeUtc: new Date(report.startedAt + report.durationMs).toISOString(),
              toolExecutionNotifications: report.unknown.map(({ code, contexts, reason, expected }) => ({
                level: expected === true ? 'note' : 'warning',
                descriptor: { id: code },
                message: { text: `could not be judged: ${reason}` },
                properties: { contexts },
              })),
            },
          ],
          results: report.findings.flatMap(byPlace).map(finding => result(finding, report.target)),
        },
      ],
    },
    2,
  );

const rule = ({ code, title, why, cure, severity }: (typeof checks)[number]): Readonly<Record<string, unknown>> => ({
  id: code,
  shortDescription: { text: title },
  fullDescription: { text: why },
  help: { text: cure },
  helpUri: docsOf(code),
  defaultConfiguration: { level: level[severity] },
});

const result = (finding: Finding, target: Target): Readonly<Record<string, unknown>> => {
  const { code, severity, contexts, message, effect, blocksStart, object, place, suppressed, fingerprint } = finding;
  const name = object === undefined ? undefined : [object.kind, object.namespace, object.name, object.field].filter(Boolean).join('/');
  return {
    ruleId: code,
    level: level[severity],
    message: {
      text: `${[contexts.join(', '), message].filter(Boolean).join(': ')}. Effect: ${effect}. ${labelled(finding, target).map(capital).join('. ')}`,
    },
    ...(name === undefined && place === undefined
      ? {}
      : {
          locations: [
            {
              ...(place === undefined
                ? {}
                : { physicalLocation: { artifactLocation: { uri: uriOf(place.file) }, region: { startLine: place.line } } }),
              ...(name === undefined ? {} : { logicalLocations: [{ name: object?.name, fullyQualifiedName: name, kind: 'resource' }] }),
            },
          ],
        }),
    partialFingerprints: { 'codeAndObject/v1': fingerprint },
    // always there: where only some results have it, a consumer cannot tell "not suppressed" from "not told"
    suppressions: suppressed ? [{ kind: 'external' }] : [],
    properties: { contexts, effect, ...remedyFields(finding, target), blocksStart },
  };
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A path as a URI reference: relative to the repository where it is, as code scanning needs it. */
const uriOf = (file: string): string => {
  const path = file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/').replace(/^\.\//, '');
  return path.startsWith('/') ? `file://${path}` : path;
};
