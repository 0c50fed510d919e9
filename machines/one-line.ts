// Text for people that holds something from outside: names, types and values may be anything.
// It must never let a control character or an endless text through; messages end in terminals and logs.

/** Longest message of a refusal, in characters. */
const MAX_MESSAGE_CHARACTERS = 400;
/** Half a surrogate pair is none of them, and as harmful: `Cs`. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;

/** One line of at most 400 characters: control characters become spaces, and what is left out shows as `…`. */
export function oneLine(text: string): string {
  const isWhole = text.length <= MAX_MESSAGE_CHARACTERS;
  // Cut first: nobody needs a megabyte cleaned to read a line of it.
  const cut = isWhole ? text : text.slice(0, MAX_MESSAGE_CHARACTERS - 1);
  return `${cut.replace(CONTROL, ' ')}${isWhole ? '' : '…'}`;
}
