// Leaves private keys in PEM out of lines that come one after the other.
// It must never swallow a log for long because a key has no end.

const BEGIN = '-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY-----';
const END = '-----END [A-Z0-9 ]{0,32}PRIVATE KEY-----';

/** A whole key on one line, as in JSON. */
export const KEY_BLOCK = new RegExp(`${BEGIN}(?:(?!-----)[^\\r\\n]){0,12288}${END}`, 'g');
export const KEY_BEGINS = new RegExp(BEGIN, 'g');
const KEY_ENDS = new RegExp(END);
/** Base64, or a header, or nothing; a prefix of a log's is let pass. */
const INNER_LINE = /^\W{0,8}(?:[A-Za-z0-9+/=]{4,}|[A-Za-z-]{1,32}: .{0,200})?\s*$/;
/** A key of 16 384 bits has 196 lines. */
const MAX_INNER_LINES = 256;

export interface KeyBlocks {
  /** What is to be seen of the next line; null for a line within a key. */
  take(line: string): string | null;
}

export function keyBlocks(hidden: string): KeyBlocks {
  let innerLines = 0;
  let isWithin = false;

  const leaveOut = (line: string): string | null => {
    const end = KEY_ENDS.exec(line);
    innerLines += 1;
    if (end === null && INNER_LINE.test(line) && innerLines <= MAX_INNER_LINES) return null;
    isWithin = false;
    return end === null ? line : line.slice(end.index + end[0].length);
  };

  return {
    take(line) {
      const left = isWithin ? leaveOut(line) : line;
      if (left === null) return null;
      const withoutBlocks = left.replace(KEY_BLOCK, hidden);
      const begin = withoutBlocks.search(KEY_BEGINS);
      if (begin === -1) return withoutBlocks;
      isWithin = true;
      innerLines = 0;
      return withoutBlocks.slice(0, begin) + hidden;
    },
  };
}
