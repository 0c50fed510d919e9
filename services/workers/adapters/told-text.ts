// Pieces of an agent's doings, cut to what a reader of a log can use.
// It must never return more than its bound.

const MAX_EXCERPT_CHARACTERS = 8_000;
const MAX_INPUT_CHARACTERS = 400;

/** A text, cut where it is very long. */
export function excerpt(text: string): string {
  if (text.length <= MAX_EXCERPT_CHARACTERS) return text.trimEnd();
  const leftOut = text.length - MAX_EXCERPT_CHARACTERS;
  return `${text.slice(0, MAX_EXCERPT_CHARACTERS)}… (${leftOut} characters left out)`;
}

/** What a tool was called with, on one line. */
export function inputOf(input: unknown): string {
  const text = JSON.stringify(input) ?? '';
  const isWhole = text.length <= MAX_INPUT_CHARACTERS;
  return isWhole ? text : `${text.slice(0, MAX_INPUT_CHARACTERS)}…`;
}

/** What a sub-agent says, told apart from its principal. */
export function indented(text: string): string {
  return text === '' ? '' : text.replace(/^/gm, '  ');
}
