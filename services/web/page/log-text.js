// What a command has written, as text that can be shown: without the codes that colour a terminal or move its cursor.
// It must never interpret any of it.

const ESCAPE = '\\u001b';
/** Colours and cursor moves; titles and links; then every other control character but tab and newline. */
const CODES = new RegExp(
  [
    `${ESCAPE}\\[[0-9;:?<=>]*[ -/]*[@-~]`,
    `${ESCAPE}[\\]P^_][^\\u0007${ESCAPE}]*(?:\\u0007|${ESCAPE}\\\\)`,
    `${ESCAPE}[ -/]*[0-~]`,
    '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]',
  ].join('|'),
  'g',
);

/** @param {string} text */
export function plainLog(text) {
  return text.replace(/\r+\n/g, '\n').replace(/\r/g, '\n').replace(CODES, '');
}
