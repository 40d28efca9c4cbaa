import { basename, dirname, join, resolve } from 'node:path';
import { usage } from '../../base/errors.ts';
import { writeOutput } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { nearest } from '../../base/nearest.ts';
import type { Report } from '../../checks/report.ts';
import { formats } from '../../output/formats.ts';
import { type Printer, printers } from '../../output/index.ts';
import type { Style } from '../../output/style.ts';
import { names } from '../options.ts';

type Format = (typeof formats)[number];
/** Where one run's report goes: one format on standard output, and any number in files. */
export interface Outputs {
  readonly shown: Format;
  readonly files: readonly { readonly format: Format; readonly path: string }[];
}

const formatOf = (text: string): Format => {
  const format = formats.find(one => one === text);
  if (format !== undefined) return format;
  const suggestion = nearest(text, formats);
  throw usage(
    `-o does not know "${text}"`,
    `pass one of ${formats.join(', ')}, each also with a file, as in -o json=report.json${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`,
  );
};

/** `FORMAT` and `FORMAT=FILE`, in any number; the table is shown unless another format is. Exit 2 for two on standard output. */
export const outputsOf = (given: readonly string[] | undefined): Outputs => {
  const all = names(given).map(text => {
    const at = text.indexOf('=');
    return at < 0 ? { format: formatOf(text) } : { format: formatOf(text.slice(0, at)), path: text.slice(at + 1) };
  });
  const shown = all.flatMap(({ format, path }) => (path === undefined || path === '-' ? [format] : []));
  if (shown.length > 1)
    throw usage(
      `-o ${shown.join(' and -o ')} both go to standard output`,
      `write one of them to a file: -o ${shown[0]} -o ${shown[1]}=report.txt`,
    );
  const files = all.flatMap(({ format, path }) => (path === undefined || path === '-' ? [] : [{ format, path }]));
  const namelessFile = files.find(({ path }) => path === '');
  if (namelessFile !== undefined)
    throw usage(`-o ${namelessFile.format}= names no file`, `name one, as in -o ${namelessFile.format}=report.txt`);
  return { shown: shown[0] ?? 'table', files };
};

/** Refuses to write one file twice, or over what the run reads, however its path is spelt. */
export const refuseSameFile = (
  io: IO,
  { files }: Outputs,
  snapshot: string | undefined,
  read: Readonly<Record<string, readonly string[]>>,
): void => {
  const targets = [
    ...files.map(({ format, path }) => ({ flag: `-o ${format}=${path}`, path })),
    ...(snapshot === undefined ? [] : [{ flag: `--snapshot ${snapshot}`, path: snapshot }]),
  ];
  const flagByPlace = new Map<string, string>();
  for (const [flag, paths] of Object.entries(read))
    for (const path of paths) if (path !== '-') flagByPlace.set(placeOf(io, path), `--${flag} ${path} reads`);
  for (const { flag, path } of targets) {
    const place = placeOf(io, path);
    const other = flagByPlace.get(place);
    if (other !== undefined) throw usage(`${flag} would overwrite what ${other}`, 'give each its own file');
    flagByPlace.set(place, `${flag} writes`);
  }
};
/** Where a file is or would be, with the links of its folder followed. */
const placeOf = (io: IO, path: string): string => {
  for (const [folder, rest] of [
    [path, ''],
    [dirname(path), basename(path)],
  ] as const)
    try {
      return join(io.realPath(folder), rest);
    } catch {
      // It is yet to be made, or is no place to write to, which is told when it is written.
    }
  return resolve(path);
};

/** The report as one text that ends its last line. */
export const printed = (format: Format, report: Report, style: Style): string => {
  const print: Printer = printers[format];
  return `${print(report, style).replace(/\n$/, '')}\n`;
};

/** Reports hold no credential, so that others may read them: a collector of metrics, the next step of a pipeline. */
export const writeFiles = async (io: IO, { files }: Outputs, report: Report, style: Style): Promise<void> => {
  for (const { format, path } of files) {
    const text = await io.compute(() => printed(format, report, { ...style, color: false, columns: undefined }));
    writeOutput(io, path, text, {
      overwrite: true,
      readable: true,
      fix: `name a file in a folder that you may write to: -o ${format}=report.txt`,
    });
  }
};
