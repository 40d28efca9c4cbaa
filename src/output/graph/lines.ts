import { width } from '../../base/width.ts';
import type { Status } from '../../checks/status.ts';
import { sign } from '../style.ts';
import { type Drawing, plainStyle, px, rounded, xml } from './drawing.ts';
import type { ContextGraph } from './graph.ts';
import { graphTree } from './tree.ts';

/** As many characters as a telephone shows in the face of 12px. */
const columns = 46;
const statuses: readonly Status[] = ['ok', 'warning', 'error', 'unknown', 'notJudged'];

/** The tree that a terminal shows, line by line. */
export const lines = (graph: ContextGraph): Drawing => {
  const texts = graphTree(graph, { ...plainStyle, columns })
    .trimEnd()
    .split('\n');
  return {
    width: Math.max(...texts.map(text => width(text))) * px.char + 2 * px.margin,
    height: texts.length * px.line + 2 * px.margin,
    parts: texts.map((text, index) => `<text x="${px.margin}" y="${rounded(px.margin + index * px.line + 12)}">${signed(text)}</text>`),
  };
};
/** The sign that stands behind the branches in the colour of what it says. */
const signed = (text: string): string => {
  const [, branches = '', mark = '', rest = ''] = /^([│├└─ ]*)(\S)(.*)$/su.exec(text) ?? [];
  const status = statuses.find(one => sign(one, plainStyle) === mark);
  return status === undefined ? xml(text) : `${xml(branches)}<tspan class="${status} sign">${xml(mark)}</tspan>${xml(rest)}`;
};
