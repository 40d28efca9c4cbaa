import type { Target } from '../../base/advice.ts';
import { shortList } from '../../base/text.ts';
import type { Finding, Report } from '../../checks/report.ts';
import { shownFindings, statusOf } from '../../checks/status.ts';
import type { ContextState } from '../../fleet/inventory.ts';
import { topologyOf } from '../../fleet/topology.ts';
import {
  countWords,
  docsOf,
  expiryOf,
  hostOf,
  placeText,
  remedyLines,
  serverOf,
  shortfall,
  stepNames,
  stepsOf,
  upFromOperator,
  userNames,
  verdictOf,
} from '../facts.ts';
import { contextGraph } from '../graph/graph.ts';
import { graphSvg } from '../graph/svg.ts';
import { span } from '../layout.ts';
import { notOk, placementsOf, placementWords } from '../placement.ts';
import { incomplete } from '../report/incomplete.ts';
import { unreadLines } from '../report/unread.ts';
import { verdictOfStart, verdictText } from '../report/verdict.ts';
import { escaped } from './markup.ts';

/** One file that loads nothing and runs nothing, in the light or dark that its reader prefers. */
export const html = (report: Report): string => {
  const plane = escaped(report.controlPlane.context || '(none)');
  const start = verdictOfStart(report);
  const verdict = verdictOf(report);
  const words = { pass: 'Pass', fail: 'Fail', unknown: 'Unknown' }[verdict];
  const findings = shownFindings(report);
  const placements = placementsOf(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${words}: contexts of ${plane}</title>
<style>${css}</style>
</head>
<body>
<header>
<h1>Contexts of ${plane}</h1>
<p class="verdict ${verdict}"><strong>${words}.</strong> ${escaped(verdictText(start))}.${start.why === undefined ? '' : ` <span class="why">${escaped(start.why)}</span>`}</p>
<p>${countWords(report).join('; ')}. <time>${new Date(report.startedAt).toISOString()}</time>, ${report.durationMs / 1000} s.${report.complete ? '' : ` <strong>${escaped(incomplete(report))}</strong>`}</p>
</header>
<nav aria-label="Parts of this report">${placements.length === 0 ? '' : '<a href="#placement">Placement</a> '}${findings.length === 0 ? '' : '<a href="#findings">Findings</a> '}${report.unknown.length === 0 ? '' : '<a href="#unknown">Could not be judged</a> '}<a href="#contexts">Contexts</a> <a href="#graph">Graph</a></nav>
<main>
${section('placement', 'Placement', placements.map(placementArticle))}${section(
  'findings',
  'Findings',
  findings.map(finding => article(finding, report.target)),
)}${section('unknown', 'Could not be judged', unknowns(report))}<section aria-labelledby="contexts">
<h2 id="contexts">Contexts (${report.contexts.length})</h2>
<div class="scroll" role="region" aria-label="Table of the contexts" tabindex="0">
<table>
<thead><tr><th scope="col">Status</th><th scope="col">Context</th><th scope="col">Findings</th><th scope="col">Server</th>${stepNames.map(name => `<th scope="col">${name}</th>`).join('')}<th scope="col">operator</th><th scope="col">Expires</th><th scope="col">Used by</th></tr></thead>
<tbody>
${report.contexts.map(context => row(context, report)).join('')}</tbody>
</table>
</div>
</section>
<section aria-labelledby="graph">
<h2 id="graph">Who uses which, and where it leads</h2>
${graphSvg(contextGraph(topologyOf(report), report))}</section>
</main>
</body>
</html>
`;
};

const section = (id: string, title: string, parts: readonly string[]): string =>
  parts.length === 0
    ? ''
    : `<section aria-labelledby="${id}">\n<h2 id="${id}">${title} (${parts.length})</h2>\n${parts.join('')}</section>\n`;

const article = (finding: Finding, target: Target): string => {
  const { severity, code, contexts, message, effect, blocksStart, details = [] } = finding;
  const where = details.length === 0 ? placeText(finding) : '';
  return `<article class="${severity}">
<h3><span class="tag ${severity}">${severity}</span> <a href="${docsOf(code)}">${escaped(code)}</a> ${escaped(shortList(contexts))}</h3>
<p>${escaped(message)}${blocksStart ? ' <strong class="blocks">Blocks the start of the operator</strong>' : ''}</p>
${details.length === 0 ? '' : `<details${details.length > 12 ? '' : ' open'}><summary>Each of ${details.length}</summary>\n<ul>\n${details.map(one => `<li>${escaped([one.context ?? '', one.message, placeText(one)].filter(Boolean).join(': '))}</li>\n`).join('')}</ul>\n</details>\n`}<dl>
${where === '' ? '' : `<dt>Where</dt><dd>${escaped(where)}</dd>\n`}<dt>Effect</dt><dd>${escaped(effect)}</dd>
${whatToDo(finding, target)}</dl>
</article>
`;
};
const whatToDo = (finding: Finding, target: Target): string => {
  const lines = remedyLines(finding, target);
  return (['fix', 'look', 'do'] as const)
    .flatMap(label => {
      const texts = lines.filter(line => line.label === label).map(({ text }) => escaped(text));
      if (texts.length === 0) return [];
      return label === 'do'
        ? `<dt>Do</dt><dd>${texts.join('<br>')}</dd>\n`
        : `<dt>${label === 'fix' ? 'Fix' : 'Look'}</dt><dd><pre tabindex="0">${texts.join('\n')}</pre></dd>\n`;
    })
    .join('');
};
const unknowns = (report: Report): readonly string[] =>
  unreadLines(report).map(
    ({ text }) => `<article class="unknown"><h3><span class="tag unknown">unknown</span></h3><p>${escaped(text)}</p></article>\n`,
  );
const placementArticle = ({ cluster, verdict, accepted, datacenters }: ReturnType<typeof placementsOf>[number]): string =>
  `<article class="${{ yes: 'ok', no: 'error', unknown: 'unknown' }[verdict]}">
<h3>${escaped(`${cluster.namespace}/${cluster.name}`)}: ${placementWords[verdict]}</h3>
${accepted.message === '' ? '' : `<p>The API server says: ${escaped(accepted.message)}</p>\n`}<ul>
${datacenters.map(dc => `<li><strong>${escaped(dc.name)}</strong> in ${escaped(dc.context || '(local)')}, namespace ${escaped(dc.namespace)}: ${escaped(notOk(dc).join(', ') || 'ok')}</li>\n`).join('')}</ul>
</article>
`;

const row = (context: ContextState, report: Report): string => {
  const status = statusOf(context.name, report);
  const expires = expiryOf(context);
  const when =
    expires === undefined
      ? '-'
      : expires === 'never'
        ? 'never'
        : expires <= report.startedAt
          ? 'expired'
          : span(expires - report.startedAt);
  const steps = stepsOf(context);
  const server = serverOf(context);
  const codes = [...new Set(shownFindings(report).flatMap(({ code, contexts }) => (contexts.includes(context.name) ? [code] : [])))];
  const up = upFromOperator(context, report.controlPlane);
  return `<tr><td><span class="tag ${status}">${status}</span></td><th scope="row">${escaped(context.name)}</th><td>${escaped(codes.join(' ') || '-')}</td><td>${server === undefined ? '-' : escaped(hostOf(server)).replace(/:(?=\d+$)/, '<wbr>:')}</td>${stepNames
    .map(name => {
      const step = steps[name];
      const gap = shortfall(context, name);
      if (step.status === 'pass') return `<td class="${gap === undefined ? 'pass' : 'fail'}">${escaped(gap ?? 'ok')}</td>`;
      return `<td class="${step.status}" title="${escaped(step.detail)}">${step.status === 'fail' ? 'failed' : 'not run'}</td>`;
    })
    .join(
      '',
    )}<td${up === false ? ' class="fail"' : up === undefined ? ' class="notRun"' : ''}>${up === undefined ? '-' : up ? 'ok' : 'failed'}</td><td>${when}</td><td>${escaped(shortList(userNames(context)) || '-')}</td></tr>
`;
};

const css = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;--card:#f6f8fa;--error:#b3141c;--warning:#7a4b00;--ok:#116329;--unknown:#0550ae;--info:#0550ae}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9aa4af;--line:#30363d;--card:#161b22;--error:#ff8a80;--warning:#e3b341;--ok:#56d364;--unknown:#79c0ff;--info:#79c0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1.5rem;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25;margin:0 0 .5rem}h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}h3{font-size:1rem}p{margin:.25rem 0 .75rem}
a{color:var(--info)}.why,time{color:var(--dim)}
.verdict{padding:.75rem 1rem;border-left:.4rem solid var(--unknown);background:var(--card)}.verdict.pass{border-color:var(--ok)}.verdict.fail{border-color:var(--error)}
article{margin:0 0 1rem;padding:.75rem 1rem;border:1px solid var(--line);border-left:.4rem solid var(--info);background:var(--card)}
article.error{border-left-color:var(--error)}article.warning{border-left-color:var(--warning)}article p:last-child{margin-bottom:0}
dl{display:grid;grid-template-columns:4rem 1fr;gap:.25rem .5rem;margin:0}dt{color:var(--dim)}dd{margin:0;min-width:0}
pre{margin:0;padding:.4rem .6rem;border:1px solid var(--line);background:var(--bg);white-space:pre-wrap;user-select:all;font:.9rem/1.4 ui-monospace,monospace}nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}ul{margin:.25rem 0;padding-left:1.25rem}details{margin:0 0 .75rem}summary{cursor:pointer;color:var(--dim)}
.tag{font-weight:600}.error,.fail{--c:var(--error)}.warning{--c:var(--warning)}.ok,.pass{--c:var(--ok)}.unknown{--c:var(--unknown)}.info{--c:var(--info)}.tag,td.fail{color:var(--c)}.blocks{color:var(--error)}td.notRun{color:var(--dim)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem}th,td{padding:.35rem .4rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:normal}
thead th{color:var(--dim)}th,td{white-space:nowrap}tbody th,td:nth-child(3),td:nth-child(4),td:last-child{white-space:normal;max-width:22rem;min-width:4.5rem}tbody th,td:nth-child(4){min-width:9.5rem}tbody th,td:nth-child(4){overflow-wrap:anywhere}tbody tr:hover{background:var(--card)}
:focus-visible{outline:3px solid var(--info);outline-offset:2px}
`;
