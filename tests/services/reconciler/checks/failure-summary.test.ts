// What the next attempt is told of failed checks: the useful first, within bounds, and no secret.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureSummary } from '../../../../services/reconciler/checks/failure-summary.ts';
import { check } from './check-facts.ts';

const failed = (name: string, summary = '') => check(name, { conclusion: 'failure', summary });

test('checks that say something come before those that say nothing', () => {
  const told = failureSummary('2 failed', [failed('mute'), failed('build', 'line 3')]);

  assert.is(told, '2 failed\n- build (failure)\nline 3\n- mute (failure)');
});

test('of many long ones each has its share', () => {
  const many = ['a', 'b', 'c', 'd'].map((name) => failed(name, name.repeat(2_000)));
  const told = failureSummary('4 failed', many);
  const shares = told.split('\n').filter((line) => line.length > 800 && line.endsWith('…'));

  assert.is(shares.length, 4);
  assert.ok(told.length > 3_800 && told.length <= 4_000);
});

test('what has no room is counted', () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    failed(`check ${'x'.repeat(60)} ${index}`),
  );

  assert.match(failureSummary('300 failed', many), /\n- and \d+ more$/);
});

test('a token that a log has let through is not passed on', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;

  assert.not(failureSummary('1 failed', [failed('build', `token ${token}`)]).includes(token));
});

test.run();
