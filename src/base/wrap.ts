import { type CommandLine, commandWords, shellWord, type Target } from './advice.ts';
import { width } from './width.ts';

/** A sentence that hangs under its first line; words are broken only when one alone is wider than the line. */
export const wrap = (text: string, first: string, indent: string, columns: number | undefined): string[] => {
  if (columns === undefined) return [first + text];
  const room = Math.max(columns, width(indent) + 8);
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ').flatMap(one => pieces(one, room - width(indent)))) {
    if (!empty && width(line) + 1 + width(word) > room) {
      lines.push(line);
      line = indent;
      empty = true;
    } else if (empty && line !== indent && width(line) + width(word) > room) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
};

const pieces = (word: string, room: number): string[] => {
  if (width(word) <= room) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const char of word) {
    if (width(piece + char) > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...pieces, piece];
};

/** A command that can be pasted: long ones continue with a backslash, and no word is ever broken. */
export const wrapCommand = (words: readonly string[], first: string, indent: string, columns: number | undefined): string[] => {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words) {
    // two columns stay free for the backslash
    if (!empty && columns !== undefined && width(line) + 1 + width(word) + 2 > columns) {
      lines.push(`${line} \\`);
      line = `${indent}  `;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
};

/** A command as it is pasted, with its control plane in it, after the name that stands before it. */
export const commandLines = (command: CommandLine, target: Target, first: string, indent: string, columns: number | undefined): string[] =>
  wrapCommand(commandWords(command, target).map(shellWord), first, indent, columns);
