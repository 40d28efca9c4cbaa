import type { ServedKind } from './kinds.ts';

/** An answer: text is sent as text/plain, everything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** the connection breaks in the middle of it */
  readonly cut?: boolean;
}
interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}
interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};
/** A Status of kind Failure, as an API server words it. */
export const failure = (
  status: number,
  message: string,
  {
    reason = reasons[status],
    details,
    headers,
    metadata = {},
  }: {
    readonly reason?: string;
    readonly details?: Details;
    readonly headers?: Readonly<Record<string, string>>;
    readonly metadata?: object;
  } = {},
): Reply => ({
  status,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code: status,
  },
  ...(headers === undefined ? {} : { headers }),
});
export const success = (details: Details): Reply => ({
  status: 200,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
});
/** What no handler is registered for. */
export const pageNotFound: Reply = { status: 404, body: '404 page not found\n' };
export const noSuchResource = (): Reply => failure(404, 'the server could not find the requested resource', { details: {} });
export const noSuchMethod = (): Reply => failure(405, 'the server does not allow this method on the requested resource', { details: {} });

/** `secrets`, or `clientconfigs.config.k8ssandra.io` */
const resourceName = ({ group, plural }: ServedKind): string => (group === '' ? plural : `${plural}.${group}`);
const kindName = ({ group, kind, custom }: ServedKind): string => (custom ? `${kind}.${group}` : kind);
/** What a Status says of the resource that was meant. */
export const detailsOf = ({ group, plural }: ServedKind, name?: string): Details => ({
  ...(name === undefined || name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: plural,
});
export const notFound = (kind: ServedKind, name: string): Reply =>
  failure(404, `${resourceName(kind)} "${name}" not found`, { details: detailsOf(kind, name) });
export const alreadyExists = (kind: ServedKind, name: string): Reply =>
  failure(409, `${resourceName(kind)} "${name}" already exists`, { reason: 'AlreadyExists', details: detailsOf(kind, name) });
export const conflict = (kind: ServedKind, name: string, why = modified): Reply =>
  failure(409, `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`, { details: detailsOf(kind, name) });
/** What a deletion was not meant for, told under the kind and not the resource. */
export const preconditionFailed = (kind: ServedKind, name: string, why: string): Reply =>
  failure(409, `Operation cannot be fulfilled on ${kindName(kind)} "${name}": ${why}`, {
    details: { ...detailsOf(kind, name), kind: kind.kind },
  });
const modified = 'the object has been modified; please apply your changes to the latest version and try again';
/** 422: which fields are wrong, and how. An update is told under the name of the resource, a creation under that of the kind. */
export const invalid = (kind: ServedKind, name: string, causes: readonly Cause[], as: 'kind' | 'resource' = 'kind'): Reply => {
  const called = as === 'kind' ? kindName(kind) : resourceName(kind);
  const details = { ...detailsOf(kind, name), kind: as === 'kind' ? kind.kind : kind.plural, causes };
  const told = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  return failure(422, `${called} "${name}" is invalid: ${told.length === 1 ? told[0] : `[${told.join(', ')}]`}`, { details });
};
export const forbidden = (kind: Pick<ServedKind, 'group' | 'plural'>, name: string | undefined, why: string): Reply => {
  const { group, plural } = kind;
  const what = `${plural}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name}"`}`;
  const details = { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
  return failure(403, `${what} is forbidden: ${why}`, { details });
};
