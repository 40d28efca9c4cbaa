import { printable } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import { width } from '../../base/width.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { wrap } from '../layout.ts';
import { paint, type Style } from '../style.ts';

/** The control plane, its operator, and who looks. */
export const header = (plane: ControlPlane, style: Style): string[] => {
  const { operator } = plane;
  const parts = [
    `Control plane ${paint('bold', printable(plane.context === '' ? '(none)' : plane.context), style)}`,
    ...(operator === undefined ? [] : [`ns ${printable(operator.namespace)}`]),
    printable(operatorWords(plane)),
    ...(operator === undefined
      ? []
      : [`watching: ${printable(operator.watches === 'all' ? 'all namespaces' : operator.watches.join(', '))}`]),
    `seen from: ${plane.server === '' ? 'manifests' : 'here'}${plane.operatorView.ok ? ', operator' : ''}`,
  ];
  return pack(parts, style.columns);
};

/** Whole parts on as few lines as they fit on. */
const pack = (parts: readonly string[], columns: number | undefined): string[] => {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && (columns === undefined || width(last) + 2 + width(part) <= columns))
      lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(...wrap(part, lines.length === 0 ? '' : '  ', '    ', columns));
  }
  return lines;
};

const operatorWords = ({ operator, operators, pods }: ControlPlane): string => {
  if (operator !== undefined) {
    const restarts = pods.ok ? pods.value.reduce((sum, pod) => sum + pod.restarts, 0) : 0;
    const waitReason = pods.ok ? pods.value.find(pod => pod.waiting !== undefined)?.waiting : undefined;
    return [
      `operator ${operator.version ?? 'of unknown version'}${operator.ready === undefined ? '' : operator.ready ? ' Ready' : ' NOT ready'}`,
      ...(waitReason === undefined ? [] : [waitReason]),
      ...(restarts === 0 ? [] : [plural(restarts, 'restart')]),
    ].join(', ');
  }
  if (!operators.ok) return `operator not known${operators.reason === 'forbidden' ? '' : ` (${operators.detail})`}`;
  return operators.value.length === 0 ? 'no operator found' : `${plural(operators.value.length, 'operator')} found, none chosen`;
};
