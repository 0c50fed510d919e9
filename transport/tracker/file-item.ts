// Names the item of a file: an identifier, whatever the file is called.
// It must never give two files the same one.
import { createHash } from 'node:crypto';

/** Shorter than an item may be: one that is asked for again gets a number at its end. */
const PLAIN = /^[A-Za-z0-9_-]{1,60}$/;
const MAX_READABLE = 46;
const DIGEST_CHARACTERS = 12;
/** How names that had to be changed end; a plain name that ends so is changed as well, so that none meet. */
const CHANGED = new RegExp(`--[0-9a-f]{${DIGEST_CHARACTERS}}$`);

/** A file name without its ending, as it is when it is an identifier: `Fix login` becomes `Fix-login--3f2a…`. */
export function itemOfStem(stem: string): string {
  if (PLAIN.test(stem) && !CHANGED.test(stem)) return stem;
  const readable = stem
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_READABLE)
    .replace(/-+$/, '');
  const digest = createHash('sha256').update(stem).digest('hex').slice(0, DIGEST_CHARACTERS);
  return `${readable || 'item'}--${digest}`;
}
