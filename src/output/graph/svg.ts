import { type Drawing, rounded } from './drawing.ts';
import type { ContextGraph } from './graph.ts';
import { layered } from './layered.ts';
import { lines } from './lines.ts';

/** Where the layers would be too small to read, the tree stands in their place. */
const narrowerThan = 760;

/** One self-contained picture in the colours of the reader's light or dark setting, and in the shape that its width asks for. */
export const graphSvg = (graph: ContextGraph): string => {
  const [wideDrawing, narrowDrawing] = [layered(graph), lines(graph)];
  const { nodes } = graph;
  const faultCount = nodes.filter(({ status }) => status !== 'ok').length;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="graph" width="${rounded(wideDrawing.width)}" height="${rounded(wideDrawing.height)}" role="img" aria-labelledby="graph-title graph-summary">`,
    '<title id="graph-title">Contexts of the control plane</title>',
    `<desc id="graph-summary">${nodes.filter(({ kind }) => kind === 'context').length} contexts; ${faultCount} of ${nodes.length} boxes are not ok</desc>`,
    `<style>${css(wideDrawing, narrowDrawing)}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>',
    ...shape('wide', wideDrawing),
    ...shape('narrow', narrowDrawing),
    '</svg>',
  ].join('\n')}\n`;
};
const shape = (name: string, { width, height, parts }: Drawing): readonly string[] => [
  `<svg class="${name}" width="100%" height="100%" viewBox="0 0 ${rounded(width)} ${rounded(height)}" preserveAspectRatio="xMinYMin">`,
  '<rect class="page" width="100%" height="100%"/>',
  ...parts,
  '</svg>',
];

const fit = ({ width, height }: Drawing): string => `max-width:${rounded(width)}px;aspect-ratio:${rounded(width)}/${rounded(height)}`;
const css = (wide: Drawing, narrow: Drawing): string =>
  [
    `.graph{width:100%;height:auto;${fit(wide)}}.graph .narrow{display:none}`,
    `@media(max-width:${narrowerThan}px){.graph{${fit(narrow)}}.graph .wide{display:none}.graph .narrow{display:inline}}`,
    '.graph{--page:#fff;--box:#f6f8fa;--text:#1f2328;--dim:#59636e;--edge:#8c959f;--ok:#2e7d32;--warning:#9a5b00;--error:#c62828;--unknown:#59636e}',
    '@media(prefers-color-scheme:dark){.graph{--page:#0d1117;--box:#161b22;--text:#e6edf3;--dim:#9198a1;--edge:#6e7681;--ok:#56d364;--warning:#e3b341;--error:#ff7b72;--unknown:#9198a1}}',
    '.graph text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--text);white-space:pre}',
    '.graph .page{fill:var(--page)}.graph .edge{fill:none;stroke:var(--edge);stroke-width:1.3;marker-end:url(#tip)}.graph .faint{stroke-dasharray:4 3}.graph .tip{fill:var(--edge)}',
    '.graph .box{fill:var(--box);stroke-width:1.3}.graph .kind{fill:var(--dim)}.graph .name{font-weight:bold}',
    ...['ok', 'warning', 'error', 'unknown'].map(
      one => `.graph .${one} .box{stroke:var(--${one})}.graph .${one} .sign,.graph .${one}.sign,.graph .${one} .note{fill:var(--${one})}`,
    ),
    '.graph .ok .note{fill:var(--dim)}.graph .unknown .box{stroke-dasharray:4 3}.graph .error .box{stroke-width:2.4}',
  ].join('');
