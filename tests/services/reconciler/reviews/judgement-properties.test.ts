// What holds for all reviews, by whomever, in whatever order.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Review, Reviews, ReviewThread } from '../../../../transport/forge/forge.ts';
import { BEFORE, HEAD, judge, type Rules, review, thread } from './review-facts.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const RUNS = { seed: SEED, numRuns: 1_000 };
const OWN = '<!-- onceward:shop.7 -->';

const author = fc.constantFrom(
  { author: 'alice', isHuman: true, isCollaborator: true },
  { author: 'bob', isHuman: true, isCollaborator: true },
  { author: 'mallory', isHuman: true, isCollaborator: false },
  { author: 'robot', isHuman: false, isCollaborator: true },
);
const body = fc.constantFrom('', 'please rename', 'y'.repeat(3_000), `${OWN}\nfine`);
const minute = fc.integer({ min: 0, max: 5 }).map((n) => 1_700_000_000_000 + n * 60_000);
const reviews: fc.Arbitrary<Review[]> = fc.uniqueArray(
  fc
    .tuple(fc.nat(30), author, body, minute, fc.constantFrom(HEAD, BEFORE), fc.nat(3))
    .map(([id, who, said, submittedAtMs, sha, state]) =>
      review(`r${id}`, {
        ...who,
        body: said,
        submittedAtMs,
        sha,
        state: STATES[state] ?? 'approved',
      }),
    ),
  { maxLength: 8, selector: ({ id }) => id },
);
const threads: fc.Arbitrary<ReviewThread[]> = fc.uniqueArray(
  fc
    .tuple(fc.nat(30), author, body, fc.constantFrom(true, false, null), fc.nat(30), fc.boolean())
    .map(([id, who, said, isResolved, review, isOwn]) =>
      thread(`t${id}`, { ...who, body: said, isResolved, reviewId: `r${review}`, isOwn }),
    ),
  { maxLength: 20, selector: ({ id }) => id },
);
const STATES = ['approved', 'changes_requested', 'commented', 'dismissed'] as const;
const rules: fc.Arbitrary<Rules> = fc.record({
  approvals: fc.integer({ min: 1, max: 3 }),
  reviewers: fc.subarray(['robot', 'mallory']),
  handled: fc.subarray(Array.from({ length: 31 }, (_, n) => [`r${n}`, `t${n}`]).flat()),
});

function holds(predicate: (found: Reviews, given: Rules) => boolean): void {
  const property = fc.property(reviews, threads, rules, (some, others, given) =>
    predicate({ reviews: some, threads: others }, given),
  );
  fc.assert(property, RUNS);
}

function counts(said: Review | ReviewThread, { reviewers = [] }: Rules): boolean {
  const isOwn = said.body.startsWith(OWN) || ('isOwn' in said && said.isOwn);
  return !isOwn && ((said.isHuman && said.isCollaborator) || reviewers.includes(said.author));
}

test('nothing is approved without as many approvals of this commit by people who count', () => {
  holds((found, given) => {
    const good = found.reviews.filter(
      (one) => counts(one, given) && one.state === 'approved' && one.sha === HEAD,
    );
    const people = new Set(good.map(({ author }) => author));
    return judge(found, given).kind !== 'approve' || people.size >= (given.approvals ?? 1);
  });
});

test('nothing is approved while the last word of somebody who counts is a request for changes', () => {
  holds((found, given) => {
    const decisive = found.reviews.filter((one) => counts(one, given) && one.state !== 'commented');
    const isLast = (one: Review) =>
      decisive.every(
        (other) => other.author !== one.author || other.submittedAtMs <= one.submittedAtMs,
      );
    const objects = decisive.some((one) => one.state === 'changes_requested' && isLast(one));
    return !objects || judge(found, given).kind !== 'approve';
  });
});

test('only what counts and was not handled is sent back, and there is an end to it', () => {
  holds((found, given) => {
    const judgement = judge(found, given);
    const all = [...found.reviews, ...found.threads];
    const isFair = (id: string) =>
      !given.handled?.includes(id) && all.some((one) => one.id === id && counts(one, given));
    return (
      judgement.kind !== 'send-back' || (judgement.ids.length > 0 && judgement.ids.every(isFair))
    );
  });
});

test('sending back again and again what is left comes to an end', () => {
  holds((found, given) => roundsOf(found, given) <= 3);
});

test('the order of reviews and threads changes nothing', () => {
  holds((found, given) => {
    const turned = { reviews: [...found.reviews].reverse(), threads: [...found.threads].reverse() };
    assert.equal(judge(turned, given), judge(found, given));
    return true;
  });
});

test('what is told never exceeds what a record may hold', () => {
  holds((found, given) => {
    const judgement = judge(found, given);
    const told = { approve: 'comment', 'send-back': 'reason', wait: 'reason' }[judgement.kind];
    return String((judgement as unknown as Record<string, unknown>)[told]).length <= 4_000;
  });
});

/** How often something is sent back until nothing is left that was not. */
function roundsOf(found: Reviews, given: Rules): number {
  const judgement = judge(found, given);
  if (judgement.kind !== 'send-back') return 0;
  const handled = [...(given.handled ?? []), ...judgement.ids];
  return 1 + roundsOf(found, { ...given, handled });
}

test.run();
