import { type Json, record } from './json.ts';
import type { ServedKind } from './kinds.ts';
import { failure, type Reply } from './reply.ts';

/** What PATCH makes of an object, by the type of the patch; a list of objects that only kubectl apply would merge is replaced. */
export const patched = (kind: ServedKind, current: Json, body: unknown, contentType: string): Json | Reply => {
  const [type = ''] = contentType.split(';');
  if (type === 'application/json-patch+json') return operated(current, Array.isArray(body) ? body.map(record) : []);
  const merges = ['application/merge-patch+json', 'application/apply-patch+yaml'];
  if (!kind.custom) merges.push('application/strategic-merge-patch+json');
  return merges.includes(type) ? record(merge(current, body)) : failure(415, '415: Unsupported Media Type', { details: {} });
};

const merge = (target: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = { ...record(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
};

/** RFC 6902, its operations on fields of objects and items of lists: add, replace, remove, test. */
const operated = (current: Json, operations: readonly Json[]): Json | Reply => {
  let result: unknown = structuredClone(current);
  for (const { op, path, value } of operations) {
    const steps = String(path)
      .split('/')
      .slice(1)
      .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((at, step) => (Array.isArray(at) ? at[Number(step)] : record(at)[step]), result);
    if (typeof parent !== 'object' || parent === null)
      return failure(422, `the server rejected our request due to an error in our request`);
    const holder = parent as Record<string, unknown>;
    if (op === 'test' && JSON.stringify(holder[last]) !== JSON.stringify(value))
      return failure(422, 'the server rejected our request due to an error in our request');
    if (op === 'remove') {
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete holder[last];
    } else if (op === 'add' && Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, value);
    else if (op !== 'test') holder[last] = value;
    result = steps.length === 0 ? holder : result;
  }
  return record(result);
};
