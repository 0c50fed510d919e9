// Passes stderr on as text and keeps the end of it as evidence.
// It must never keep more than its bound, however much is written.

const MAX_TAIL_CHARACTERS = 8_192;

export interface ErrorTail {
  /** The chunk as text; a character split between two chunks comes with the second. */
  push(chunk: Uint8Array): string;
  /** What was left of a split character. */
  end(): string;
  /** The last 8 192 characters. */
  text(): string;
}

export function errorTail(): ErrorTail {
  const decoder = new TextDecoder();
  let tail = '';
  const added = (text: string) => {
    tail = (tail + text).slice(-MAX_TAIL_CHARACTERS);
    return text;
  };
  return {
    push: (chunk) => added(decoder.decode(chunk, { stream: true })),
    end: () => added(decoder.decode()),
    text: () => tail,
  };
}
