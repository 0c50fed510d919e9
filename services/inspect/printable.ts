// Text from outside, made safe for a terminal: titles, messages and names may hold anything.
// It must never let a control character through: a terminal obeys them.

/** One line: control characters and line breaks become spaces. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** The same, cut to a width in characters, with an ellipsis where something was left out. */
export function shortened(text: string, maxCharacters: number): string {
  const characters = [...text];
  if (characters.length <= maxCharacters) return text;
  return `${characters.slice(0, Math.max(0, maxCharacters - 1)).join('')}…`;
}
