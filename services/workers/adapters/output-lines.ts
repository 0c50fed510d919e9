// Cuts a stream of bytes into lines of text, whatever the chunks.
// It must never keep more than one line of bounded length: what is longer is counted and left out.

/** Longest line that is kept, in bytes; a tool result with a picture in it may have megabytes. */
const MAX_LINE_BYTES = 4 * 1_024 * 1_024;
const NEWLINE = 10;

/** A line without its end, or how long one was that is left out. */
export type OutputLine = { text: string } | { leftOutBytes: number };

export interface OutputLines {
  /** The lines that this chunk completes. */
  push(chunk: Uint8Array): OutputLine[];
  /** The last line, when it had no end. */
  end(): OutputLine[];
}

/** Cuts at newlines; bytes that are no UTF-8 become U+FFFD. */
export function outputLines({ maxLineBytes = MAX_LINE_BYTES } = {}): OutputLines {
  let parts: Uint8Array[] = [];
  let lineBytes = 0;

  const keep = (part: Uint8Array) => {
    lineBytes += part.length;
    if (lineBytes > maxLineBytes) parts = [];
    // Copied: the caller may use the memory of a chunk again.
    else if (part.length > 0) parts.push(Uint8Array.from(part));
  };
  const take = (): OutputLine => {
    const isKept = lineBytes <= maxLineBytes;
    const line = isKept ? { text: textOf(parts) } : { leftOutBytes: lineBytes };
    parts = [];
    lineBytes = 0;
    return line;
  };

  return {
    push(chunk) {
      const lines: OutputLine[] = [];
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (end === -1) break;
        keep(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      keep(chunk.subarray(start));
      return lines;
    },
    end: () => (lineBytes === 0 ? [] : [take()]),
  };
}

// A newline is never part of another character in UTF-8, so that a whole line can be decoded by itself.
function textOf(parts: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(parts)).replace(/\r$/, '');
}
