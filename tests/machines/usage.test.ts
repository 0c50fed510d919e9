// Amounts of what was used: they add up in any order, and a cap says what it has and what it allows.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addUsage,
  type Caps,
  capsReached,
  grantsAfter,
  isNoUsage,
  mostUsage,
  NO_USAGE,
  tokensOf,
  type Usage,
  unpricedTokensOf,
  usageSchema,
  usageSince,
} from '../../machines/usage.ts';
import { usageOf } from '../support/machine-steps.ts';

const count = fc.nat(1_000_000);
const usages: fc.Arbitrary<Usage> = fc.record({
  turns: count,
  wallClockMs: count,
  inputTokens: count,
  cachedInputTokens: count,
  outputTokens: count,
  // Millionths of a dollar, the finest that is counted.
  usd: fc.nat(100_000_000).map((micros) => micros / 1e6),
  pricedTokens: count,
});
const caps: fc.Arbitrary<Caps> = fc.record(
  {
    turns: fc.integer({ min: 1, max: 500 }),
    tokens: fc.integer({ min: 1, max: 5_000 }),
    usd: fc.integer({ min: 1, max: 1_000 }).map((cents) => cents / 100),
    wallClockMs: fc.integer({ min: 1_000, max: 90_000 }),
  },
  { requiredKeys: [] },
);

test('what is not said was not used', () => {
  assert.equal(usageSchema.parse({}), NO_USAGE);
  assert.ok(isNoUsage(NO_USAGE));
  assert.not(isNoUsage(usageOf({ usd: 0.000001 })));
});

test('an amount below nothing, or none at all, is refused', () => {
  for (const usd of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.is(usageSchema.safeParse({ usd }).success, false);
  }
});

test('the sum is the same in any order', () => {
  fc.assert(
    fc.property(usages, usages, usages, (a, b, c) => {
      assert.equal(addUsage(a, addUsage(b, c)), addUsage(addUsage(c, a), b));
    }),
  );
});

test('what came in addition, added to what was before, is all of it: no fraction of a cent is lost', () => {
  fc.assert(
    fc.property(usages, usages, (before, more) => {
      const after = addUsage(before, more);
      assert.equal(addUsage(before, usageSince(before, after)), after);
    }),
  );
});

test('counts stay whole, however large they are', () => {
  const large = { ...NO_USAGE, inputTokens: 999_999_999_999, outputTokens: 10_000_000_001 };

  const sum = addUsage(large, { ...NO_USAGE, inputTokens: 2 });

  assert.equal([sum.inputTokens, sum.outputTokens], [1_000_000_000_001, 10_000_000_001]);
  assert.ok(usageSchema.safeParse(mostUsage(sum, large)).success);
});

test('a later report that says less takes nothing back', () => {
  const early = usageOf({ outputTokens: 10, usd: 2 });
  const late = usageOf({ outputTokens: 4, usd: 3 });

  assert.equal(mostUsage(early, late), usageOf({ outputTokens: 10, usd: 3 }));
  assert.equal(usageSince(early, late), usageOf({ usd: 1 }));
});

test('tokens are those of every kind, and without a price those that nobody has priced', () => {
  const usage = usageOf({ inputTokens: 1, cachedInputTokens: 20, outputTokens: 300 });

  assert.is(tokensOf(usage), 321);
  assert.is(unpricedTokensOf(usage), 321);
  assert.is(unpricedTokensOf({ ...usage, pricedTokens: 300 }), 21);
});

test('tokens whose price comes at the end are priced then, whatever was said before', () => {
  const underWay = usageOf({ outputTokens: 50 });
  const atTheEnd = usageOf({ outputTokens: 60, usd: 0.4, pricedTokens: 60 });

  assert.is(unpricedTokensOf(mostUsage(underWay, atTheEnd)), 0);
});

test('a cap is reached by as much as it names, and said with both numbers', () => {
  const usage = usageOf({ turns: 4, inputTokens: 60, outputTokens: 40, usd: 5.119 });

  assert.equal(capsReached(usage, { turns: 5, tokens: 101, usd: 5.12 }), []);
  assert.equal(capsReached(usage, { turns: 4, tokens: 100, usd: 5 }), [
    'turns 4 of 4',
    'tokens 100 of 100',
    'usd 5.12 of 5',
  ]);
});

test('nothing is reached where there is no cap', () => {
  fc.assert(fc.property(usages, (usage) => assert.equal(capsReached(usage, {}), [])));
});

test('each grant allows as much again', () => {
  const usage = usageOf({ turns: 9 });

  assert.equal(capsReached(usage, { turns: 5 }, 1), []);
  assert.equal(capsReached(usageOf({ turns: 10 }), { turns: 5 }, 1), ['turns 10 of 10']);
});

test('after a grant there is room again, and there are more grants than before', () => {
  fc.assert(
    fc.property(usages, caps, fc.nat(3), (usage, limits, grants) => {
      const granted = grantsAfter(usage, limits, grants);
      assert.ok(granted > grants);
      assert.equal(capsReached(usage, limits, granted), []);
    }),
  );
});

test('a grant allows no more than it takes', () => {
  assert.is(grantsAfter(usageOf({ turns: 5 }), { turns: 5 }, 0), 1);
  assert.is(grantsAfter(usageOf({ turns: 14 }), { turns: 5 }, 0), 2);
  assert.is(grantsAfter(usageOf({ turns: 1 }), { turns: 5 }, 3), 4);
  assert.is(grantsAfter(usageOf({ usd: 0.3 }), { usd: 0.1 }, 0), 3);
});

test.run();
