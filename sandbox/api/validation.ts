import { type Json, record, text } from './json.ts';
import type { ServedKind } from './kinds.ts';
import { failure, invalid, type Reply } from './reply.ts';
import { clientConfigSchema, faultsIn, prunedBy, type Schema, unknownIn } from './schema.ts';
import type { Stored } from './store.ts';

/** The fields of built-in kinds that are known here; those of others are taken as they come. */
const fields: Readonly<Record<string, readonly string[]>> = {
  secrets: ['data', 'stringData', 'type', 'immutable'],
  configmaps: ['data', 'binaryData', 'immutable'],
  serviceaccounts: ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'],
};
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainWords =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const schemaOf = ({ plural }: ServedKind): Schema | undefined => (plural === 'clientconfigs' ? clientConfigSchema : undefined);
const apiVersionOf = ({ group, version }: ServedKind): string => (group === '' ? version : `${group}/${version}`);

/** What a body is as an object of its kind, as far as Go's decoder goes: or what is refused with 400. */
export const decoded = (kind: ServedKind, body: Json, strict: boolean): Stored | Reply => {
  const wrong = kind.custom ? wrongCustomKind(kind, body) : wrongKind(kind, body);
  if (wrong !== undefined) return failure(400, wrong);
  const cannot = (why: string): Reply =>
    failure(400, `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`);
  const metadata = record(body['metadata']);
  for (const key of ['labels', 'annotations'])
    for (const value of Object.values(record(metadata[key])))
      if (typeof value !== 'string')
        return cannot(`json: cannot unmarshal ${goType(value)} into Go struct field ObjectMeta.metadata.${key} of type string`);
  const known = fields[kind.plural];
  const unknown = known === undefined ? [] : Object.keys(body).filter(key => !['apiVersion', 'kind', 'metadata', ...known].includes(key));
  const schema = schemaOf(kind);
  const strange = schema === undefined ? unknown : unknownIn(schema, body);
  if (strict && strange.length > 0) {
    const told = strange.map(key => `unknown field "${key}"`).join(', ');
    return cannot(`strict decoding error: ${told}`);
  }
  const pruned =
    schema === undefined ? Object.fromEntries(Object.entries(body).filter(([key]) => !unknown.includes(key))) : prunedBy(schema, body);
  const data = kind.plural === 'secrets' ? secretData(pruned) : { data: pruned['data'] };
  if ('wrong' in data) return cannot(data.wrong);
  const { stringData: _plain, ...rest } = record(pruned);
  return { ...rest, ...(data.data === undefined ? {} : { data: data.data }), metadata: { ...metadata, name: text(metadata['name']) } };
};
const wrongKind = ({ kind, version, group }: ServedKind, body: Json): string | undefined => {
  const said = body['apiVersion'] ?? (group === '' ? version : `${group}/${version}`);
  const named = body['kind'] ?? kind;
  if (said !== (group === '' ? version : `${group}/${version}`))
    return `${named} in version "${said}" cannot be handled as a ${kind}: no kind "${named}" is registered for version "${said}" in scheme "pkg/runtime/scheme.go:111"`;
  return named === kind
    ? undefined
    : `${named} in version "${version}" cannot be handled as a ${kind}: converting (v1.${named}) to (core.${kind}): unknown conversion`;
};
const wrongCustomKind = (kind: ServedKind, body: Json): string | undefined => {
  const expected = apiVersionOf(kind);
  const { apiVersion = expected, kind: named = kind.kind } = body;
  if (apiVersion !== expected) return `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`;
  return named === kind.kind ? undefined : `the kind in the data (${named}) does not match the expected kind (${kind.kind})`;
};
const goType = (value: unknown): string =>
  typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value;
const secretData = (body: Json): { readonly data: Json | undefined } | { readonly wrong: string } => {
  const data = record(body['data']);
  for (const value of Object.values(data)) {
    if (value === null) continue;
    if (typeof value !== 'string')
      return { wrong: `json: cannot unmarshal ${goType(value)} into Go struct field Secret.data of type []uint8` };
    const at = value.search(/[^A-Za-z0-9+/=\r\n]/);
    if (at !== -1) return { wrong: `illegal base64 data at input byte ${at}` };
  }
  const plain = Object.entries(record(body['stringData'])).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  const all = { ...data, ...Object.fromEntries(plain) };
  return { data: Object.keys(all).length === 0 ? undefined : all };
};

/** What is wrong with an object that was decoded, with 422. */
export const refused = (kind: ServedKind, object: Stored, before?: Stored): Reply | undefined => {
  const { name } = object.metadata;
  const cause = (field: string, type: string, reason: string) => ({ reason, message: type, field });
  if (name === '' && before === undefined)
    return invalid(kind, '', [cause('metadata.name', 'Required value: name or generateName is required', 'FieldValueRequired')]);
  if (!subdomain.test(name) && !kind.group.startsWith('rbac.'))
    return invalid(kind, name, [cause('metadata.name', `Invalid value: "${name}": ${subdomainWords}`, 'FieldValueInvalid')]);
  const schema = schemaOf(kind);
  const faults = schema === undefined ? [] : faultsIn(schema, object);
  if (faults.length > 0) return invalid(kind, name, faults);
  if (kind.plural !== 'secrets') return undefined;
  const account = 'metadata.annotations[kubernetes.io/service-account.name]';
  const asks = object['type'] === 'kubernetes.io/service-account-token';
  if (asks && text(object.metadata.annotations?.['kubernetes.io/service-account.name']) === '')
    return invalid(kind, name, [cause(account, 'Required value', 'FieldValueRequired')]);
  const type = object['type'] ?? 'Opaque';
  if (before !== undefined && type !== before['type'])
    return invalid(kind, name, [cause('type', `Invalid value: "${type}": field is immutable`, 'FieldValueInvalid')]);
  return undefined;
};
