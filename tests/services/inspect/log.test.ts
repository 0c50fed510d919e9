// The log of `onceward up`: JSON for machines, one line for people.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../services/inspect/log.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { testContext } from './command-fixture.ts';

test('off a terminal every entry is a JSON line with its level as a word', () => {
  const { context, err } = testContext();
  createLog(context, { role: 'host' }).warn({ partition: 3 }, 'released');
  const entry = JSON.parse(err());
  assert.is(entry.level, 'warn');
  assert.is(entry.role, 'host');
  assert.is(entry.partition, 3);
  assert.is(entry.msg, 'released');
});

test('on a terminal an entry is one line, errors included', () => {
  const { context, err } = testContext({ isTerminal: true });
  const failure = new OncewardError('OUTCOME_UNKNOWN', 'no\nanswer');
  createLog(context, { role: 'host' }).error({ err: failure, address: 'item.a.b' }, 'event failed');
  assert.match(
    err(),
    /^\d\d:\d\d:\d\d\.\d{3} ERROR event failed {2}err="no\\nanswer \(OUTCOME_UNKNOWN\)" address=item\.a\.b\n$/,
  );
});

test('what is less severe than the level asked for is left out', () => {
  const { context, err } = testContext();
  const environment = { ...context.environment, logLevel: 'error' as const };
  createLog({ ...context, environment }, {}).info({}, 'unimportant');
  assert.is(err(), '');
});

test.run();
