// Why an account is suspended, for how long, and what lets it go on.
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
} from '../../support/machine-steps.ts';

const MINUTE_MS = 60_000;
const outage = (atMs: number): Step =>
  tell('suspend', { cause: 'provider-outage', outageBackoffCapMs: 4 * MINUTE_MS }, atMs);
const limit = (resetAtMs: number, atMs = OPENED_AT_MS): Step =>
  tell('suspend', { cause: 'usage-limit', resetAtMs }, atMs);

test('a provider that names a time is believed, until then and no longer', () => {
  const account = openAccount();
  const resetAtMs = OPENED_AT_MS + 3 * MINUTE_MS;

  const states = statesAfter(
    account,
    limit(resetAtMs),
    deadline('resume-due', resetAtMs - 1),
    deadline('resume-due', resetAtMs),
  );

  assert.equal(states, ['suspended', 'suspended (not-now)', 'available']);
});

test('a time that is over says no more than none', () => {
  const account = openAccount();

  account.send(limit(OPENED_AT_MS - 1));

  assert.is(account.account().suspension?.untilMs, OPENED_AT_MS + MINUTE_MS);
});

test('a time beyond all reason is cut', () => {
  const account = openAccount();

  account.send(limit(OPENED_AT_MS + 400 * DAY_MS));

  assert.is(account.account().suspension?.untilMs, OPENED_AT_MS + 8 * DAY_MS);
});

test('an outage is looked at again after a while that doubles, up to its cap', () => {
  const account = openAccount();
  let atMs = OPENED_AT_MS;

  const pausesMs = [1, 2, 3, 4].map(() => {
    account.send(outage(atMs));
    const untilMs = account.account().suspension?.untilMs ?? 0;
    account.send(deadline('resume-due', untilMs));
    const pauseMs = untilMs - atMs;
    atMs = untilMs + 1;
    return pauseMs / MINUTE_MS;
  });

  assert.equal(pausesMs, [1, 2, 4, 4]);
});

test('an outage long after the last one is a new one', () => {
  const account = openAccount();
  statesAfter(account, outage(OPENED_AT_MS), deadline('resume-due', OPENED_AT_MS + MINUTE_MS));

  account.send(outage(OPENED_AT_MS + 60 * MINUTE_MS));

  assert.is(account.account().suspension?.untilMs, OPENED_AT_MS + 61 * MINUTE_MS);
});

test('the same outage, seen by a second run, is no second one', () => {
  const account = openAccount();

  const states = statesAfter(account, outage(OPENED_AT_MS), outage(OPENED_AT_MS + 1));

  assert.equal(states, ['suspended', 'suspended (not-now)']);
  assert.is(account.account().strikes, 1);
});

test('a longer suspension takes the place of a shorter one, never the other way round', () => {
  const account = openAccount();
  const [soon, late] = [OPENED_AT_MS + MINUTE_MS, OPENED_AT_MS + 9 * MINUTE_MS];

  const states = statesAfter(account, limit(soon), limit(late), limit(soon));

  assert.equal(states, ['suspended', 'suspended', 'suspended (not-now)']);
  const { suspension } = account.account();
  assert.equal([suspension?.sinceMs, suspension?.untilMs], [OPENED_AT_MS, late]);
});

test('what a person suspends stays so until a person resumes it', () => {
  const account = openAccount();

  const states = statesAfter(
    account,
    ask('suspend', { by: 'ada', evidence: 'invoice unpaid' }),
    limit(OPENED_AT_MS + DAY_MS),
    deadline('resume-due', OPENED_AT_MS + DAY_MS),
    ask('resume', { by: 'ada' }),
  );

  assert.equal(states, [
    ...['suspended', 'suspended (not-now)', 'suspended (not-now)', 'available'],
  ]);
});

test('every suspension raises one alarm, with its account, its time and how to end it', () => {
  const account = openAccount();

  account.send(limit(OPENED_AT_MS + MINUTE_MS));

  const [alarm] = account.effects();
  assert.is(account.effects().length, 1);
  assert.match(alarm?.type === 'alarm' ? alarm.message : '', /project shop.*1970-01-01T00:17:40/);
  assert.match(
    alarm?.type === 'alarm' ? alarm.message : '',
    /onceward send account\.project\.shop resume/,
  );
});

test.run();
