// What is drawn on an account, day by day, and the caps of a day.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DAY_MS } from '../../../machines/account/context.ts';
import {
  ask,
  deadline,
  OPENED_AT_MS,
  openAccount,
  type Step,
  statesAfter,
  tell,
  usageOf,
} from '../../support/machine-steps.ts';

const caps = { tokens: 10 };
const draw = (outputTokens: number, more: Record<string, unknown> = {}, atMs?: number): Step =>
  tell('draw', { usage: { outputTokens }, caps, ...more }, atMs);
const limit = (resetAtMs: number): Step => tell('suspend', { cause: 'usage-limit', resetAtMs });

test('an account begins with nothing used, open to be drawn on', () => {
  const account = openAccount();

  assert.is(account.state(), 'available');
  assert.equal(account.account().total, usageOf({}));
  assert.equal(account.account().deadlines, { 'day-over': DAY_MS });
});

test('opening it again changes nothing', () => {
  assert.equal(statesAfter(openAccount(), tell('open')), ['available (not-now)']);
});

test('only runs draw on it', () => {
  const outside = { ...draw(1), door: 'ask' } as const;

  assert.equal(statesAfter(openAccount(), outside), ['available (not-now)']);
});

test('draws add up, for the day and in all', () => {
  const account = openAccount();

  statesAfter(account, draw(3), draw(4));

  assert.is(account.account().today.outputTokens, 7);
  assert.is(account.account().total.outputTokens, 7);
});

test('the draw that reaches a cap of the day suspends the account until midnight, and says so', () => {
  const account = openAccount();

  assert.equal(statesAfter(account, draw(9), draw(1)), ['available', 'suspended']);
  const { suspension, deadlines } = account.account();
  assert.equal([suspension?.cause, suspension?.untilMs], ['cap-reached', DAY_MS]);
  assert.match(suspension?.evidence ?? '', /tokens 10 of 10/);
  assert.equal(deadlines, { 'resume-due': DAY_MS });
  assert.equal(
    account.effects().map((effect) => effect.type === 'alarm' && effect.reason),
    ['cap-reached'],
  );
});

test('what runs under way still use is counted while it is suspended', () => {
  const account = openAccount();

  statesAfter(account, draw(10), draw(5));

  assert.is(account.state(), 'suspended');
  assert.is(account.account().total.outputTokens, 15);
});

test('a new day begins with nothing, and remembers the one before it', () => {
  const account = openAccount();

  const states = statesAfter(account, draw(9), deadline('day-over', DAY_MS), draw(9));

  assert.equal(states, ['available', 'available', 'available']);
  const { today, yesterday, total } = account.account();
  const tokens = [today, yesterday, total].map(({ outputTokens }) => outputTokens);
  assert.equal(tokens, [9, 9, 18]);
});

test('a day does not end before it is over', () => {
  const early = deadline('day-over', DAY_MS - 1);

  assert.equal(statesAfter(openAccount(), early), ['available (not-now)']);
});

test('a draw after midnight counts for the new day, though nobody has said yet that the old one is over', () => {
  const account = openAccount();

  const states = statesAfter(account, draw(9), draw(9, {}, DAY_MS + 1));

  assert.equal(states, ['available', 'available']);
  assert.is(account.account().yesterday.outputTokens, 9);
  assert.equal(account.account().deadlines, { 'day-over': 2 * DAY_MS });
});

test('a draw that a slow clock dates back to yesterday takes nothing from today', () => {
  const account = openAccount();

  statesAfter(account, draw(4, {}, DAY_MS), draw(4, {}, DAY_MS - 1));

  assert.is(account.account().dayMs, DAY_MS);
  assert.is(account.account().today.outputTokens, 8);
});

test('after days without a draw there is no day before to remember', () => {
  const account = openAccount();

  statesAfter(account, draw(4), draw(1, {}, 5 * DAY_MS));

  assert.equal(account.account().yesterday, usageOf({}));
});

test('at midnight an account that was at its cap may be drawn on again', () => {
  const account = openAccount();

  assert.equal(statesAfter(account, draw(10), deadline('resume-due', DAY_MS), draw(9)), [
    'suspended',
    'available',
    'available',
  ]);
});

test('what was drawn after midnight, before anybody said so, may keep it suspended for that day', () => {
  const account = openAccount();

  const states = statesAfter(
    account,
    ...[draw(10), draw(10, {}, DAY_MS + 1)],
    deadline('resume-due', DAY_MS + 2),
  );

  assert.equal(states, ['suspended', 'suspended', 'suspended']);
  assert.is(account.account().suspension?.untilMs, 2 * DAY_MS);
});

test('a person lets an account at its cap use as much again that day, and no more', () => {
  const account = openAccount();

  const states = statesAfter(account, draw(10), ask('resume'), draw(9), draw(1));

  assert.equal(states, ['suspended', 'available', 'available', 'suspended']);
  assert.is(account.account().grants, 1);
});

test('a person who resumes an account far beyond its cap makes room for it', () => {
  const account = openAccount();

  assert.equal(statesAfter(account, draw(37), ask('resume'), draw(1)), [
    ...['suspended', 'available', 'available'],
  ]);
});

test('a grant ends with its day', () => {
  const account = openAccount();

  statesAfter(account, draw(10), ask('resume'), deadline('day-over', DAY_MS));

  assert.is(account.account().grants, 0);
  assert.equal(statesAfter(account, draw(10)), ['suspended']);
});

test('an account that is available has nothing to be resumed', () => {
  assert.equal(statesAfter(openAccount(), ask('resume')), ['available (not-now)']);
});

test('a cap that is reached while a provider refuses holds on when the provider serves again', () => {
  const account = openAccount();
  const resetAtMs = OPENED_AT_MS + 60_000;

  const states = statesAfter(
    account,
    limit(resetAtMs),
    draw(10),
    deadline('resume-due', resetAtMs),
  );

  assert.equal(states, ['suspended', 'suspended', 'suspended']);
  assert.is(account.account().suspension?.cause, 'cap-reached');
});

test('the caps of the newest configuration count, whichever run draws last', () => {
  const account = openAccount();
  const old = { caps: { tokens: 10 }, capsSinceMs: 1 };
  const raised = { caps: { tokens: 50 }, capsSinceMs: 2 };

  assert.equal(statesAfter(account, draw(5, raised), draw(20, old)), ['available', 'available']);
  assert.equal(account.account().caps, { tokens: 50 });
});

test('a cap that was taken out of the configuration is gone for the next draw', () => {
  const account = openAccount();

  assert.equal(
    statesAfter(account, draw(5, { capsSinceMs: 1 }), draw(5, { caps: {}, capsSinceMs: 2 })),
    [...['available', 'available']],
  );
});

test.run();
