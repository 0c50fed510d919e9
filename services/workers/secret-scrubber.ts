// Takes secrets out of logs and comments: values that are known, and what looks like a well-known token.
// It must never let a secret through because it came in two pieces, nor hold output back beyond a line.
import { hiddenBehind } from '../observability/secret-shapes.ts';
import { keyBlocks } from './key-blocks.ts';
import { LONGEST_SECRET, type SecretPatterns, secretPatterns } from './secret-patterns.ts';

const HIDDEN = '[secret]';
/** Most that is held back of a line without an end, in characters. */
const WINDOW = 4 * LONGEST_SECRET;

export interface SecretScrubber {
  /** A whole text. */
  scrub(text: string): string;
  /** A stream of its own; one for each output. */
  stream(): ScrubbedStream;
}

export interface ScrubbedStream {
  /** What can be told by now: all but the line that has no end yet. */
  push(text: string): string;
  /** What was held back. */
  end(): string;
}

/** Scrubs these values (of 8 characters and more, each of their lines) and everything of a known shape. */
export function secretScrubber(values: readonly string[] = []): SecretScrubber {
  const patterns = secretPatterns(values);
  const stream = () => scrubbedStream(patterns);
  return {
    stream,
    scrub(text) {
      const { push, end } = stream();
      return push(text) + end();
    },
  };
}

// Everything depends on places in the text, never on where one chunk ends: that is why any chunking
// gives the same.
function scrubbedStream(patterns: SecretPatterns): ScrubbedStream {
  const keys = keyBlocks(HIDDEN);
  let held = '';
  const scrubbed = (line: string, ending: string) => {
    const visible = keys.take(line);
    return visible === null ? '' : hide(visible, patterns) + ending;
  };
  const take = (length: number, ending: string) => {
    const line = held.slice(0, length);
    held = held.slice(length + ending.length);
    return scrubbed(line, ending);
  };
  return {
    push(text) {
      held += text;
      const told: string[] = [];
      for (;;) {
        const length = held.slice(0, WINDOW).search(/[\r\n]/);
        if (length >= 0) told.push(take(length, held.charAt(length)));
        else if (held.length >= WINDOW) told.push(take(cutIn(held.slice(0, WINDOW), patterns), ''));
        else return told.join('');
      }
    },
    end: () => (held === '' ? '' : take(held.length, '')),
  };
}

// Where a line that is too long may be cut: not within a secret, and before any that could be cut off.
function cutIn(window: string, { all }: SecretPatterns): number {
  const spans = all.flatMap((pattern) =>
    [...window.matchAll(pattern)].map(({ index, 0: { length } }) => ({
      start: index,
      end: index + length,
    })),
  );
  let cut = WINDOW - LONGEST_SECRET;
  for (let isWithin = true; isWithin; ) {
    // The end itself belongs to it: a pattern may look at the character that follows.
    const span = spans.find(({ start, end }) => start < cut && cut <= end);
    isWithin = span !== undefined;
    cut = span?.start ?? cut;
  }
  // One long row of overlapping secrets: it is hidden piece by piece.
  return cut > 0 ? cut : WINDOW;
}

function hide(text: string, { known, shapes }: SecretPatterns): string {
  const withoutKnown = known === null ? text : text.replace(known, HIDDEN);
  return shapes.reduce(
    (hidden, shape) => hidden.replace(shape, hiddenBehind(HIDDEN)),
    withoutKnown,
  );
}
