import type { Position } from './fault.ts';

export type TokenKind =
  | 'stream start'
  | 'stream end'
  | 'version directive'
  | 'tag directive'
  | 'document start'
  | 'document end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | 'flow sequence start'
  | 'flow sequence end'
  | 'flow mapping start'
  | 'flow mapping end'
  | 'block entry'
  | 'flow entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  readonly start: Position;
  readonly end: Position;
  /** a scalar's value, an anchor's or alias's name, the handle of a tag or tag directive, the version of a version directive */
  readonly text: string;
  /** what follows a tag's handle, or the prefix that a tag directive gives it */
  readonly suffix: string;
  /** a scalar without quotes, which may be something else than a text */
  readonly plain: boolean;
}
export const token = (kind: TokenKind, start: Position, end: Position, text = '', suffix = '', plain = false): Token => ({
  kind,
  start,
  end,
  text,
  suffix,
  plain,
});
