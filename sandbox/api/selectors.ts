import { record } from './json.ts';
import { failure, type Reply } from './reply.ts';
import type { Stored } from './store.ts';

type Test = (labels: Readonly<Record<string, string>>) => boolean;
const requirement = /^\s*(?:(!)\s*)?([\w./-]+)\s*(?:(==?|!=)\s*([\w.-]*)|\s(in|notin)\s*\(([^)]*)\))?\s*$/;

/** A label selector as a test, or the refusal of one that does not parse. */
const labelTest = (selector: string): Test | Reply => {
  const tests: Test[] = [];
  // A comma between parentheses separates values.
  for (const part of selector.split(/,(?![^(]*\))/)) {
    const [whole, not, key = '', operator, value = '', set, members = ''] = requirement.exec(part) ?? [];
    if (whole === undefined)
      return failure(
        400,
        /^[=!]/.test(part)
          ? `found '${/^[=!]+/.exec(part)?.[0]}', expected: !, identifier, or 'end of string'`
          : `unable to parse requirement: ${part.trim()}`,
      );
    const values = set === undefined ? [value] : members.split(',').map(one => one.trim());
    tests.push(labels => {
      const label = labels[key];
      if (operator === undefined && set === undefined) return (label === undefined) === (not === '!');
      const among = label !== undefined && values.includes(label);
      return operator === '!=' || set === 'notin' ? !among : among;
    });
  }
  return labels => tests.every(test => test(labels));
};

/** The objects that `labelSelector` and `fieldSelector` of a query name. */
export const selected = (objects: readonly Stored[], query: URLSearchParams): readonly Stored[] | Reply => {
  const label = query.get('labelSelector') ?? '';
  const test = label === '' ? (): boolean => true : labelTest(label);
  if (typeof test !== 'function') return test;
  const fields = (query.get('fieldSelector') ?? '')
    .split(',')
    .filter(part => part !== '')
    .map(part => part.split(/==?/) as [string, string]);
  const unknown = fields.find(
    ([path]) => !/^(metadata\.(name|namespace)|involvedObject\.\w+|type|status\.phase|spec\.nodeName)$/.test(path),
  );
  if (unknown !== undefined) return failure(400, `field label not supported: ${unknown[0]}`);
  return objects.filter(
    object =>
      test(object.metadata.labels ?? {}) &&
      fields.every(([path, value]) => String(path.split('.').reduce<unknown>((at, key) => record(at)[key], object) ?? '') === value),
  );
};
