// The checker against generated histories, and against a second checker so plain that it is easily believed.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { violations } from './checker.ts';
import { lost, read, unknown, won } from './history.ts';
import type { CasOperation, Operation } from './operation.ts';

const RUNS = 1_500;
const SEED = 20_261_123;
/** Between two moments at which operations take effect; the jitter around them is up to five steps. */
const STEP_MS = 10;
const MAX_JITTER_MS = 50;

interface Draft {
  kind: 'read' | 'cas' | 'unanswered' | 'lapsed';
  /** How far its expectation lies behind the newest revision: 0 makes a compare-and-set win. */
  behind: number;
  earlyMs: number;
  lateMs: number;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  kind: fc.constantFrom('read', 'cas', 'cas', 'unanswered', 'lapsed'),
  behind: fc.constantFrom(0, 0, 0, 1, 2),
  earlyMs: fc.integer({ min: 0, max: MAX_JITTER_MS }),
  lateMs: fc.integer({ min: 0, max: MAX_JITTER_MS }),
});

/** Carries the drafts out one after the other on a register, then stretches each around its moment. */
function executed(drafts: readonly Draft[]): Operation[] {
  const held = [{ revision: 0, value: null as string | null }];
  return drafts.flatMap(({ kind, behind, earlyMs, lateMs }, index): Operation[] => {
    const atMs = index * STEP_MS;
    const span = [atMs - earlyMs, atMs + lateMs] as const;
    const newest = held.at(-1) as (typeof held)[number];
    if (kind === 'read') return [read(span, newest.revision, newest.value)];
    const expected = held.at(-1 - Math.min(behind, held.length - 1)) as (typeof held)[number];
    const value = `w${index}`;
    if (kind === 'lapsed') return [unknown(span[0], expected.revision, value)];
    const isWinner = expected === newest;
    const revision = newest.revision + 1 + (index % 3);
    if (isWinner) held.push({ revision, value });
    const isUnanswered = kind === 'unanswered';
    if (isWinner && !isUnanswered) return [won(span, expected.revision, revision, value)];
    if (!isUnanswered) return [lost(span, expected.revision)];
    const sent = unknown(span[0], expected.revision, value);
    // Whoever expects its revision must have read it.
    return isWinner ? [sent, read([atMs, span[1]], revision, value)] : [sent];
  });
}

function check(property: fc.IRawProperty<unknown>, numRuns = RUNS): void {
  fc.assert(property, { seed: SEED, numRuns });
}

const sequence = fc.array(draft, { minLength: 1, maxLength: 40 });

/** Tries every order; only for a handful of operations. */
function hasOrder(rest: readonly Operation[], revision = 0, value: string | null = null): boolean {
  const mustHappen = rest.filter(({ completedMs }) => completedMs < Number.POSITIVE_INFINITY);
  if (mustHappen.length === 0) return true;
  const endsFirstMs = Math.min(...mustHappen.map(({ completedMs }) => completedMs));
  return rest.some((one) => {
    if (one.invokedMs > endsFirstMs) return false;
    const others = rest.filter((other) => other !== one);
    if (one.kind === 'read') {
      return one.revision === revision && one.value === value && hasOrder(others, revision, value);
    }
    const isAsExpected = one.expectedRevision === revision;
    if (one.result.outcome === 'lost') return !isAsExpected && hasOrder(others, revision, value);
    if (!isAsExpected) return false;
    const made = one.result.outcome === 'won' ? one.result.revision : revisionRead(one, rest);
    return hasOrder(others, made, one.value);
  });
}

/** The revision an unanswered write was read at; one that nobody expects when it was not read. */
function revisionRead(write: CasOperation, rest: readonly Operation[]): number {
  const reading = rest.find((one) => one.kind === 'read' && one.value === write.value);
  return reading?.kind === 'read' ? reading.revision : Number.NaN;
}

test('what was done one after the other is accepted, however the operations overlap', () => {
  check(fc.property(sequence, (drafts) => assert.equal(violations(executed(drafts)), [])));
});

test('the operations may be told in any order', () => {
  const shuffled = sequence.chain((drafts) => {
    const history = executed(drafts);
    return fc.shuffledSubarray(history, { minLength: history.length });
  });

  check(fc.property(shuffled, (history) => assert.equal(violations(history), [])));
});

test('a second winner on any revision is rejected, whenever it ran', () => {
  const span = fc.tuple(fc.integer({ min: -50, max: 450 }), fc.integer({ min: 0, max: 500 }));
  const property = fc.property(sequence, fc.nat(), span, (drafts, which, [atMs, tookMs]) => {
    const history = executed(drafts);
    const winners = history.filter((one) => one.kind === 'cas' && one.result.outcome === 'won');
    fc.pre(winners.length > 0);
    const first = winners[which % winners.length] as CasOperation;
    const second = won([atMs, atMs + tookMs], first.expectedRevision, 10_000, 'second');

    assert.is(violations([...history, second]).length, 1);
  });

  check(property);
});

test('a reading of a replaced version, begun after its replacement was answered, is rejected', () => {
  const property = fc.property(sequence, fc.nat(), (drafts, which) => {
    const history = executed(drafts);
    const winners = history.filter((one) => one.kind === 'cas' && one.result.outcome === 'won');
    fc.pre(winners.length > 1);
    const index = which % (winners.length - 1);
    const [older, newer] = winners.slice(index, index + 2) as [CasOperation, CasOperation];
    const revision = older.result.outcome === 'won' ? older.result.revision : 0;
    const stale = read([newer.completedMs + 1, newer.completedMs + 2], revision, older.value);

    assert.is(violations([...history, stale]).length, 1);
  });

  check(property);
});

test('a small history gets the verdict of trying every order, true or not', () => {
  const verdicts = { accepted: 0, rejected: 0 };
  const small = fc.array(draft, { minLength: 1, maxLength: 7 });
  const jumbled = fc.tuple(small, fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 7 }));
  const property = fc.property(jumbled, ([drafts, shifts]) => {
    const history = executed(drafts).map((one, index) => ({
      ...one,
      invokedMs: one.invokedMs + (shifts[index] ?? 0),
      completedMs: one.completedMs + (shifts[index] ?? 0),
    }));
    const isAccepted = violations(history).length === 0;
    verdicts[isAccepted ? 'accepted' : 'rejected'] += 1;

    assert.is(isAccepted, hasOrder(history));
  });

  check(property, 4 * RUNS);
  // Neither verdict may be a rarity, or the comparison would say little.
  assert.ok(Math.min(verdicts.accepted, verdicts.rejected) > RUNS / 4, JSON.stringify(verdicts));
});

test.run();
