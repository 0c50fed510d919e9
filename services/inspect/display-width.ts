// How many columns a text takes up on a terminal: Chinese, Japanese and Korean characters and most
// pictographs take two, combining marks none. It must never be given control characters.

const ASCII = /^[\x20-\x7e]*$/;
const INVISIBLE = /[\p{Mn}\p{Me}]/u;
/** East Asian Wide and Fullwidth of Unicode 15, as ranges; pictographs shown as such by default. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The longest beginning of a text that is no wider than so many columns. */
export function cutToWidth(text: string, maxColumns: number): string {
  if (ASCII.test(text)) return text.slice(0, Math.max(0, maxColumns));
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > maxColumns) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The longest end of a text that is no wider than so many columns. */
export function endOfWidth(text: string, maxColumns: number): string {
  let width = 0;
  let start = text.length;
  for (const character of [...text].reverse()) {
    width += widthOf(character);
    if (width > maxColumns) break;
    start -= character.length;
  }
  return text.slice(start);
}

function widthOf(character: string): number {
  if (INVISIBLE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
