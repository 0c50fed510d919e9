// Names that may stand in a subject or a key, and how any other text is written as one.
// It must never produce a dot: a dot separates tokens.
import { z } from 'zod';

const IDENTIFIER = /^[A-Za-z0-9_-]{1,64}$/;
const TOKEN = /^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/;
/** Longest token, escapes counted as they are written. */
const MAX_TOKEN_CHARACTERS = 192;

/** A project, item, stage or pool name: 1 to 64 of `A-Z a-z 0-9 _ -`. */
export const identifierSchema = z
  .string()
  .regex(IDENTIFIER, 'expected 1 to 64 of A-Z a-z 0-9 _ - (no dots, no spaces)');

/** True for one subject token: an identifier, possibly with `=2F`-style escapes. */
export function isToken(text: string): boolean {
  return text.length <= MAX_TOKEN_CHARACTERS && TOKEN.test(text);
}

/** Writes any text as one subject token: `release/1.2` becomes `release=2F1=2E2`. */
export function toToken(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9_-]/.test(character)) return character;
    return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** Reads a token back into the text it was made from. */
export function fromToken(token: string): string {
  const bytes = token.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}
