// How errors are told, and with which exit code.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { invalidConfiguration, unplaced } from '../../../services/config/problems.ts';
import { errorLines } from '../../../services/inspect/error-report.ts';
import { EXIT, exitCodeOf } from '../../../services/inspect/exit-codes.ts';
import { OncewardError } from '../../../transport/errors.ts';

const quiet = { isVerbose: false, command: 'ps' };

test('an error is one line with its code, and one with the remedy', () => {
  const error = new OncewardError('ACTOR_NOT_FOUND', 'item shop/7\ndoes not exist');
  assert.equal(errorLines(error, quiet), [
    'onceward: item shop/7 does not exist (ACTOR_NOT_FOUND)',
    '  list the addresses with `onceward ps`',
  ]);
});

test('a usage error leads to the help of the command at hand, once there is one', () => {
  const error = new OncewardError('USAGE', 'odd');
  assert.is(errorLines(error, quiet)[1], '  see `onceward ps --help`');
  assert.is(errorLines(error, { ...quiet, command: null })[1], '  see `onceward --help`');
});

test('an error that knows better than its code what to do says so', () => {
  const error = new OncewardError('ACTOR_NOT_FOUND', 'no log', { remedy: 'look elsewhere' });
  assert.is(errorLines(error, quiet)[1], '  look elsewhere');
});

test('the cause is shown on request only, without a login', () => {
  const cause = new Error('refused by nats://user:secret@host');
  const error = new OncewardError('BROKER_UNAVAILABLE', 'no answer', { cause });
  assert.is(errorLines(error, quiet).length, 2);
  const told = errorLines(error, { ...quiet, isVerbose: true }).join('\n');
  assert.match(told, 'refused by nats://***@host');
  assert.not.match(told, 'secret');
});

test('every problem of a configuration is listed', () => {
  const problems = [unplaced('a.yaml', 'x', 'is odd'), unplaced('a.yaml', 'y', 'is odd')];
  assert.equal(errorLines(invalidConfiguration(problems), quiet).slice(0, 3), [
    'a.yaml x: is odd',
    'a.yaml y: is odd',
    'onceward: the configuration has 2 problems (CONFIG_INVALID)',
  ]);
});

test('a foreign error is told without its stack', () => {
  assert.equal(errorLines(new TypeError('odd'), quiet), ['onceward: odd (UNEXPECTED)']);
  assert.is(exitCodeOf(new TypeError('odd')), EXIT.error);
});

test('each kind of failure has its exit code', () => {
  const codes = [
    'GIT_FAILED',
    'USAGE',
    'CONFIG_INVALID',
    'ACTOR_NOT_FOUND',
    'BROKER_UNAVAILABLE',
    'REVISION_CONFLICT',
    'EVENT_REFUSED',
    'TIMED_OUT',
    'OUTCOME_UNKNOWN',
  ] as const;
  const exits = codes.map((code) => exitCodeOf(new OncewardError(code, '')));
  assert.equal(exits, [1, 2, 2, 3, 4, 5, 6, 124, 124]);
});

test.run();
