// Keeps the last lines of an agent's stdout that are no messages: old versions report errors there.
// It must never keep more than a few.

const MAX_LINES = 8;

export interface StrayLines {
  push(text: string): void;
  text(): string;
}

export function strayLines(): StrayLines {
  let kept: string[] = [];
  return {
    push(text) {
      kept = [...kept, text].slice(-MAX_LINES);
    },
    text: () => kept.join('\n'),
  };
}
