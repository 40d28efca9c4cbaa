import { isFields } from '../../base/fields.ts';
import { type Part, readDocuments } from '../../kube/yaml/documents.ts';
import type { Source } from './files.ts';

/** What is wrong where in a file, without a word of what stands there: it may be a token. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly named: boolean;
}
export const told = ({ file, line, what }: Fault): string => `${file}:${line}: ${what}`;
/** One Kubernetes object as it stands in a file. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly line: number;
  /** by JSON path inside the object, as `spec.contextName` */
  readonly lines: () => ReadonlyMap<string, number>;
  /** fields that are set twice, by their paths, with the line of the second time */
  readonly repeated: () => ReadonlyMap<string, number>;
  readonly named: boolean;
}

/** What an engine would still have to fill in: `${NAME}` of envsubst and Flux, `{{ }}` of Helm and many others. */
const placeholder = /\$\{[^}\s]{1,200}\}|\{\{/;
/** Whether a text waits for an engine. */
export const isTemplate = (text: string): boolean => placeholder.test(text);
/** What other engines fill in, `$NAME` and `$(NAME)`, `{% %}`, `<% %>`, or a person, `<name>`: no name, though a text of another kind may be so. */
const gap = /^(?:\$\w{1,200}|\$\([\w.-]{1,200}\)|\{%.{0,200}%\}|<.{1,200}>)$/;
/** The same of a text that names something. */
export const isTemplateOfName = (text: string): boolean => isTemplate(text) || gap.test(text.trim());

/** Every object of a text: YAML or JSON, in several documents, and in lists of any kind. */
export const manifestsIn = ({
  file,
  text,
  named,
}: Source): { readonly manifests: readonly Manifest[]; readonly faults: readonly Fault[] } => {
  const faults: Fault[] = [];
  const manifests: Manifest[] = [];
  const collect = (part: Part, kindOfItem: string, versionOfItem: string): void => {
    const { value } = part;
    if (!isFields(value)) return;
    const kind = typeof value['kind'] === 'string' ? value['kind'] : kindOfItem;
    const apiVersion = typeof value['apiVersion'] === 'string' ? value['apiVersion'] : versionOfItem;
    if (kind.endsWith('List') && Array.isArray(value['items']))
      for (const item of part.items('items')) collect(item, kind.slice(0, -4), kind === 'List' ? '' : apiVersion);
    else if (kind !== '')
      manifests.push({ apiVersion, kind, value, file, line: part.line, lines: part.lines, repeated: part.repeated, named });
  };
  const lineAt = (line: number): string => text.split('\n', line)[line - 1] ?? '';
  for (const document of readDocuments(text)) {
    if ('value' in document) collect(document, '', '');
    else if (isTemplate(lineAt(document.line))) faults.push({ file, line: document.line, what: 'is an unrendered template', named });
    else faults.push({ file, line: document.line, what: document.problem, named });
  }
  return { manifests, faults };
};
