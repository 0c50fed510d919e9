// A seeded generator, so that one printed seed replays any failure.
// It must never be used for identities or secrets: it is predictable by design.

export interface Prng {
  readonly seed: number;
  /** A fraction in [0, 1). */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** True with the given probability, 0 to 1. */
  isLucky(probability: number): boolean;
  /** The items in a new order; the argument is left as it is. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Creates a generator (splitmix32) whose whole sequence follows from the seed, a 32-bit integer. */
export function createPrng(seed: number): Prng {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number =>
    min + Math.floor(fraction() * (max - min + 1));
  return {
    seed,
    fraction,
    integer,
    pick: (items) => pickFrom(items, integer),
    isLucky: (probability) => fraction() < probability,
    shuffle: (items) => shuffled(items, integer),
  };
}

type Integer = (min: number, max: number) => number;

function pickFrom<T>(items: readonly T[], integer: Integer): T {
  if (items.length === 0) throw new RangeError('cannot pick from an empty list');
  return items[integer(0, items.length - 1)] as T;
}

function shuffled<T>(items: readonly T[], integer: Integer): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(integer(0, rest.length - 1), 1)[0] as T);
}
