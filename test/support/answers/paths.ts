import { parse } from 'yaml';

/** Into a field, an item, or the document that a text holds. */
export type Step = string | number | { readonly as: Form };
type Form = 'base64' | 'yaml' | 'json' | 'jwt';
export type Path = readonly Step[];

const forms: Readonly<Record<Form, { readonly open: (text: string) => unknown; readonly close: (value: unknown) => string }>> = {
  base64: {
    open: text => Buffer.from(text, 'base64').toString(),
    close: value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
  },
  yaml: { open: text => parse(text) as unknown, close: value => JSON.stringify(value) ?? '' },
  json: { open: text => JSON.parse(text) as unknown, close: value => JSON.stringify(value) ?? '' },
  jwt: {
    open: text => JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as unknown,
    close: value => `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(value) ?? '').toString('base64url')}.c2ln`,
  },
};
const formOf = (text: string): Form | undefined => {
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) return 'jwt';
  if (/^apiVersion: /m.test(text)) return 'yaml';
  if (/^\{".*\}$/s.test(text)) return 'json';
  return /^[A-Za-z0-9+/]{24,}=*$/.test(text) && /^(apiVersion|\{"|eyJ|-----BEGIN)/.test(Buffer.from(text, 'base64').toString())
    ? 'base64'
    : undefined;
};

/** Every place in a value, the documents within its texts included; of a list the first two items stand for all. */
export const pathsIn = (value: unknown, at: Path = []): readonly Path[] => {
  if (typeof value === 'string') {
    const form = formOf(value);
    return form === undefined ? [at] : [at, ...pathsIn(forms[form].open(value), [...at, { as: form }])];
  }
  if (Array.isArray(value)) return [at, ...value.slice(0, 2).flatMap((item, index) => pathsIn(item, [...at, index]))];
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...at, key]))];
};

export const absent = Symbol('absent');
/** The value with what stands at the path changed; `absent` takes it away. A path that leads nowhere changes nothing. */
export const changedAt = (value: unknown, [step, ...rest]: Path, change: (old: unknown) => unknown): unknown => {
  if (step === undefined) return change(value);
  if (typeof step === 'object')
    return typeof value === 'string' ? forms[step.as].close(changedAt(forms[step.as].open(value), rest, change)) : value;
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      const changed = index === step ? changedAt(item, rest, change) : item;
      return changed === absent ? [] : [changed];
    });
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const changed = key === step ? changedAt(item, rest, change) : item;
      return changed === absent ? [] : [[key, changed]];
    }),
  );
};
export const written = (path: Path): string =>
  path.map(step => (typeof step === 'object' ? `<${step.as}>` : String(step))).join('.') || '.';
