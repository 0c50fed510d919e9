// What a terminal sends for each key, as a name, or as the character that was typed.
// It must never take a part of an unknown sequence for typed characters.

export type Key =
  | { name: 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' }
  | { name: 'enter' | 'escape' | 'backspace' | 'interrupt' }
  | { name: 'character'; character: string };

const NAME_OF: Readonly<Record<string, Exclude<Key['name'], 'character'>>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[H': 'home',
  '\u001bOH': 'home',
  '\u001b[1~': 'home',
  '\u001b[F': 'end',
  '\u001bOF': 'end',
  '\u001b[4~': 'end',
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'interrupt',
};
/** A sequence, else a single character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what terminals send
const PIECE = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])|./gsu;
const PRINTABLE = /^[^\p{Cc}\p{Cf}]$/u;

/** The keys of one chunk of input, in their order. */
export function keysOf(chunk: string): Key[] {
  return (chunk.match(PIECE) ?? []).flatMap((piece): Key[] => {
    const name = NAME_OF[piece];
    if (name !== undefined) return [{ name }];
    return PRINTABLE.test(piece) ? [{ name: 'character', character: piece }] : [];
  });
}
