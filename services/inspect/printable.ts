// Text from outside, made safe for a terminal: titles, messages and names may hold anything.
// It must never let a control character through: a terminal obeys them.
import { stripVTControlCharacters } from 'node:util';
import { cutToWidth, displayWidth, endOfWidth } from './display-width.ts';

/** Nearly every text is of this kind, and told at a glance. */
const PLAIN = /^[\x20-\x7e]*$/;

/** One line: control characters and line breaks become spaces. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Lines as a program wrote them, for a terminal: colours and whatever else would be obeyed are left out. */
export function printableLines(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu, ' ');
}

/** One line, cut to a width in columns, with an ellipsis where something was left out. */
export function shortened(text: string, maxColumns: number): string {
  if (displayWidth(text) <= maxColumns) return text;
  return `${cutToWidth(text, maxColumns - 1)}…`;
}

/** The same, with what was left out in the middle: names differ at both ends. */
export function shortenedWithin(text: string, maxColumns: number): string {
  if (displayWidth(text) <= maxColumns) return text;
  const head = cutToWidth(text, Math.ceil((maxColumns - 1) / 2));
  return `${head}…${endOfWidth(text, maxColumns - 1 - displayWidth(head))}`;
}
