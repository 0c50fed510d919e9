// Forty items with planted trouble, in an order that a seed decides.
// Nothing here knows how they are merged: only what each of them changes, and what it meets.
import { createPrng } from '../../support/prng.ts';

export type Kind =
  /** Changes nothing that anybody else does. */
  | 'plain'
  /** Two of a pair change the same line. */
  | 'textual'
  /** One of a pair renames a function that the other one, `use`, begins to use. */
  | 'rename'
  | 'use'
  /** Both of a pair take the same route, in files of their own. */
  | 'duplicate'
  /** Its test fails in the first trial that holds it, and passes in all others. */
  | 'flaky'
  /** The first trial that holds it meets an outage: exit code 75. */
  | 'outage'
  /** The remote refuses the first push that would land it. */
  | 'refused-push'
  /** Red in itself by a test that only the queue runs, however often it is mended. */
  | 'stubborn';

export interface PlannedItem {
  item: string;
  kind: Kind;
  /** Shared by two items; 0 for an item of its own. */
  pair: number;
  /** Its own. */
  number: number;
  /** Lines of its feature, which tell the test command what to meet. */
  tells: string[];
}

export const PAIRS_OF_A_KIND = 4;
const PLAIN_ITEMS = 14;
const FLAKY_ITEMS = 4;

/** What is innocent whoever it is tried with. */
export const INNOCENT: readonly Kind[] = ['plain', 'flaky', 'outage', 'refused-push'];

export function planOf(seed: number): PlannedItem[] {
  const pairs = Array.from({ length: PAIRS_OF_A_KIND }, (_, index) => index + 1);
  const single = (kind: Kind, tells: string[] = []) => ({ kind, pair: 0, tells });
  const twice = (pair: number, ...kinds: Kind[]) =>
    kinds.map((kind) => ({ ...single(kind), pair }));
  const items = [
    ...Array.from({ length: PLAIN_ITEMS }, () => single('plain')),
    ...pairs.flatMap((pair) => twice(pair, 'textual', 'textual')),
    ...pairs.flatMap((pair) =>
      pair % 2 === 0 ? twice(pair, 'rename', 'use') : twice(pair, 'duplicate', 'duplicate'),
    ),
    ...Array.from({ length: FLAKY_ITEMS }, () =>
      single('flaky', ['export const failsOnRun = [1];']),
    ),
    ...[1, 2].map(() => single('outage', ['export const outageOnRun = [1];'])),
    ...[1, 2].map(() => single('refused-push')),
    ...[1, 2].map(() =>
      single('stubborn', ["export const slowTest = () => { throw new Error('never green'); };"]),
    ),
  ];
  return createPrng(seed)
    .shuffle(items)
    .map((one, index) => ({ ...one, number: index + 1, item: `${one.kind}-${index + 1}` }));
}

/** Whose changes do not go together, as they were made first. */
export function pairsOf(plan: readonly PlannedItem[]): PlannedItem[][] {
  const clash = ({ kind, pair }: PlannedItem) => (kind === 'textual' ? -pair : pair);
  const clashes = [...new Set(plan.map(clash))].filter((number) => number !== 0);
  return clashes.map((number) => plan.filter((one) => clash(one) === number));
}
