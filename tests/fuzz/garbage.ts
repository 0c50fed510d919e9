// Hostile values: names that objects inherit, control codes, numbers beyond measure, depths beyond a stack,
// and valid input with a few things changed in it.
import fc from 'fast-check';

/** Deeper than a call stack that recurses over it can go. */
const DEPTH = 20_000;
const LONG = 70_000;

const NASTY_TEXTS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  'null',
  'NaN',
  '1e309',
  '-0',
  '0x10',
  '../../etc/passwd',
  'a/b',
  'a.b',
  'a*>',
  '$JS.API',
  '\u0000',
  'line\nline',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u2028',
  '\u202egnp.exe',
  '\ud800',
  '👩‍👩‍👧',
  'ü'.repeat(200),
];

const NASTY_NUMBERS = [0, -0, -1, 1.5, 1e21, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, 1e-320];

/** A text somebody would send to do harm, or any other one. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const nastyScalar = fc.oneof(
  nastyText,
  fc.constantFrom(...NASTY_NUMBERS),
  fc.constantFrom(null, true, false),
);

/** Values as JSON can hold them. */
const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: nastyScalar },
  { weight: 1, arbitrary: fc.array(nastyScalar, { maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.tuple(nastyText, nastyScalar), { maxLength: 3 }).map(ownKeys),
  },
  { weight: 1, arbitrary: fc.constantFrom({ toString: 1, valueOf: 1 }, { length: -1 }, [[[]]]) },
);

/** Texts that are rarely worth their time, and therefore rarely drawn. */
export const hugeText: fc.Arbitrary<string> = fc.constantFrom(
  '['.repeat(DEPTH),
  `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
  `"${'x'.repeat(LONG)}"`,
  `[${'0,'.repeat(LONG)}0]`,
  `{"${'k'.repeat(LONG)}":1}`,
  '\u001b'.repeat(LONG),
  '9'.repeat(LONG),
);

/** Any bytes of a text, in encodings that are none. */
export const nastyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  nastyText.map((text) => new Uint8Array(Buffer.from(text, 'utf16le'))),
  nastyText.map(
    (text) => new Uint8Array(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])),
  ),
  fc.constantFrom(
    new Uint8Array([0xff, 0xfe]),
    new Uint8Array([0xc0, 0x80]),
    new Uint8Array([0xed, 0xa0, 0x80]),
  ),
);

/** A value of the list with 0 to 3 things changed: about a third is left as it is. */
export function mutated(bases: readonly unknown[]): fc.Arbitrary<unknown> {
  const change = fc.record({
    place: fc.nat(9_999),
    how: fc.nat(9),
    value: nastyValue,
    key: nastyText,
  });
  return fc
    .tuple(fc.constantFrom(...bases), fc.array(change, { maxLength: 3 }))
    .map(([base, changes]) => changes.reduce(changed, structuredClone(base)));
}

/** The text with 0 to 2 cuts and insertions. */
export function mutatedText(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({ at: fc.nat(999_999), how: fc.nat(3), text: nastyText });
  return fc.tuple(texts, fc.array(edit, { maxLength: 2 })).map(([text, edits]) =>
    edits.reduce((now, { at, how, text: more }) => {
      const place = at % (now.length + 1);
      if (how === 0) return now.slice(0, place);
      return now.slice(0, place) + more + now.slice(place + (how === 1 ? 1 : 0));
    }, text),
  );
}

interface Change {
  place: number;
  how: number;
  value: unknown;
  key: string;
}

function changed(value: unknown, { place, how, value: drawn, key }: Change): unknown {
  // A copy: the same value drawn twice must not make a circle.
  const other = structuredClone(drawn);
  const places = placesOf(value);
  const spot = places[place % Math.max(1, places.length)];
  if (spot === undefined) return other;
  const { holder, name } = spot;
  if (how === 0) Reflect.deleteProperty(holder, name);
  else if (how === 1) defineOwn(holder, key, other);
  else defineOwn(holder, name, other);
  return value;
}

/** Every key of every object and list in the value. */
function placesOf(value: unknown): { holder: object; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [
    { holder: value, name },
    ...placesOf(part),
  ]);
}

function ownKeys(entries: [string, unknown][]): Record<string, unknown> {
  const made = {};
  for (const [key, value] of entries) defineOwn(made, key, value);
  return made;
}

// Not by assignment: `__proto__` must become a key like any other, as JSON.parse makes it.
function defineOwn(holder: object, name: string, value: unknown): void {
  // A list takes names of its own only in memory, never in JSON.
  const isList = Array.isArray(holder) && !/^\d{1,2}$/.test(name);
  if (isList) holder.push(value);
  else
    Object.defineProperty(holder, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}
