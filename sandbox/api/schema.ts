import { type Json, record } from './json.ts';

/** As much of a structural schema as the custom resources here need. */
export interface Schema {
  readonly type: 'object' | 'string';
  readonly properties?: Readonly<Record<string, Schema>>;
  /** any other field is kept */
  readonly open?: boolean;
  readonly default?: unknown;
}
const open: Schema = { type: 'object', open: true };
/** As the operator's own definition has it; config/crd/bases/config.k8ssandra.io_clientconfigs.yaml. */
export const clientConfigSchema: Schema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: open,
    spec: {
      type: 'object',
      properties: {
        contextName: { type: 'string' },
        kubeConfigSecret: { type: 'object', properties: { name: { type: 'string', default: '' } } },
      },
    },
  },
};

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : value === null ? 'null' : typeof value;
/** Each value of another type than its field has. */
export const faultsIn = (schema: Schema, value: unknown, at = ''): readonly { reason: string; message: string; field: string }[] => {
  if (value === undefined || value === null) return [];
  if (typeOf(value) !== schema.type) {
    const message = `Invalid value: "${typeOf(value)}": ${at} in body must be of type ${schema.type}: "${typeOf(value)}"`;
    return [{ reason: 'FieldValueTypeInvalid', message, field: at }];
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
    faultsIn(inner, record(value)[key], at === '' ? key : `${at}.${key}`),
  );
};
export const unknownIn = (schema: Schema, value: unknown, at = ''): readonly string[] =>
  schema.open === true || schema.type !== 'object'
    ? []
    : Object.entries(record(value)).flatMap(([key, item]) => {
        const inner = schema.properties?.[key];
        const path = at === '' ? key : `${at}.${key}`;
        return inner === undefined ? [path] : unknownIn(inner, item, path);
      });
/** Without what the schema does not know, and with its defaults. */
export const prunedBy = (schema: Schema, value: Json): Json => {
  if (schema.open === true) return value;
  const entries = Object.entries(schema.properties ?? {}).flatMap(([key, inner]): [string, unknown][] => {
    const item = value[key] ?? undefined;
    if (item === undefined) return inner.default === undefined ? [] : [[key, inner.default]];
    return [[key, inner.type === 'object' && typeOf(item) === 'object' ? prunedBy(inner, record(item)) : item]];
  });
  return Object.fromEntries(entries);
};
