// What a scrubber looks for, with a bound on how long any of it can be.
// A match must never be longer than LONGEST_SECRET: a cut of a long line relies on it.
import { placeShapes, tokenShapes } from '../observability/secret-shapes.ts';
import { KEY_BEGINS, KEY_BLOCK } from './key-blocks.ts';

/** In characters; JSON web tokens have three parts of at most `MAX_PART`. */
export const LONGEST_SECRET = 16_384;
const MAX_PART = 4_096;
/** Shorter ones occur in harmless text. */
const MIN_VALUE = 8;

/** In prose "basic" and "bearer" are words: what follows must look like no word. */
const BEARER =
  /(\b(?:bearer|basic)\s{1,4})(?=[A-Za-z+/._~=-]{0,64}\d)[A-Za-z0-9+/._~=-]{16,4096}/gi;

/** Names of variables that hold credentials. */
const CREDENTIAL_NAME =
  /(?:^|_)(?:TOKENS?|KEYS?|SECRETS?|PASSWORD|PASSWD|PASS|PASSPHRASE|CREDENTIALS?|CREDS|AUTH|COOKIE|SEED|JWT|PAT|APIKEY)(?:_|$)/i;
/** Of those, the ones that only say where it is. */
const PLACE_NAME = /_(?:FILE|PATH|DIR|SOCK|ID)$/i;

export interface SecretPatterns {
  /** The known values; null where there are none. */
  known: RegExp | null;
  shapes: readonly RegExp[];
  /** All of these, and keys in blocks. */
  all: readonly RegExp[];
}

/** The values of variables that hold a credential by their name. */
export function credentialValues(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.entries(environment)
    .filter(([name]) => CREDENTIAL_NAME.test(name) && !PLACE_NAME.test(name))
    .flatMap(([, value]) => (value === undefined ? [] : [value]));
}

export function secretPatterns(values: readonly string[]): SecretPatterns {
  const known = knownPattern(values);
  const shapes = [...placeShapes(MAX_PART), BEARER, ...tokenShapes(MAX_PART)];
  const all = [...(known === null ? [] : [known]), ...shapes, KEY_BLOCK, KEY_BEGINS];
  return { known, shapes, all };
}

// The longest first: one value may be the beginning of another.
function knownPattern(values: readonly string[]): RegExp | null {
  const forms = new Set(values.flatMap(linesOf).flatMap(formsOf));
  if (forms.size === 0) return null;
  const sorted = [...forms].sort((one, other) => other.length - one.length);
  return new RegExp(sorted.map(literal).join('|'), 'g');
}

// A value of several lines is found line by line, as logs are read.
function linesOf(value: string): string[] {
  return value
    .split(/[\r\n]+/)
    .flatMap((line) => line.trim().match(/[\s\S]{1,4096}/g) ?? [])
    .filter((line) => line.length >= MIN_VALUE);
}

/** As it is, in an address, in a JSON text. */
function formsOf(value: string): string[] {
  return [
    value,
    safely(() => encodeURIComponent(value), value),
    JSON.stringify(value).slice(1, -1),
  ];
}

function safely(make: () => string, otherwise: string): string {
  try {
    return make();
  } catch {
    // Half a surrogate pair has no form in an address.
    return otherwise;
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
