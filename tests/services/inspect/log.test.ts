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
  const cause = new Error('timeout');
  const failure = new OncewardError('OUTCOME_UNKNOWN', 'no\nanswer', { cause });
  createLog(context, { role: 'host' }).error({ err: failure, address: 'item.a.b' }, 'event failed');
  assert.match(
    err(),
    /^\d\d:\d\d:\d\d\.\d{3} ERROR event failed {2}err="no\\nanswer: timeout \(OUTCOME_UNKNOWN\)" address=item\.a\.b\n$/,
  );
});

test('no secret reaches the log, whether it stands in a message, a field or an error', () => {
  const token = `ghp_${'hunter2'.repeat(4)}`;
  const cause = new Error('https://user:hunter2@example.com refused Authorization: Bearer hunter2');
  const failure = new OncewardError('BROKER_UNAVAILABLE', 'nats://worker:hunter2@10.0.0.1', {
    cause,
  });
  const [piped, shown] = [testContext(), testContext({ isTerminal: true })];
  const write = ({ context }: typeof piped) => {
    const log = createLog(context, { role: 'host', token: 'hunter2' });
    log.error({ err: failure, headers: { authorization: 'hunter2' } }, `git said ${token}`);
    log.warn({ url: 'nats://u:hunter2@host', address: 'run.a.b.c.1' }, 'password=hunter2');
  };

  write(piped);
  write(shown);

  assert.not.match(piped.err() + shown.err(), 'hunter2');
  assert.match(piped.err(), '"address":"run.a.b.c.1"');
  assert.match(shown.err(), 'nats://***@10.0.0.1');
});

test('an error keeps its type, its code and its causes', () => {
  const { context, err } = testContext();
  const cause = new TypeError('fetch failed', { cause: new RangeError('out of range') });
  const failure = new OncewardError('BROKER_UNAVAILABLE', 'no server', { cause });
  createLog(context, {}).error({ err: failure }, 'failed');
  const logged = JSON.parse(err()).err;

  assert.equal(
    [logged.type, logged.message, logged.code],
    ['OncewardError', 'no server', 'BROKER_UNAVAILABLE'],
  );
  assert.equal([logged.cause.type, logged.cause.cause.type], ['TypeError', 'RangeError']);
});

test('what is asked for by level `debug` is written, and otherwise left out', () => {
  const [asked, unasked] = [testContext(), testContext()];
  const environment = { ...asked.context.environment, logLevel: 'debug' as const };
  createLog({ ...asked.context, environment }, {}).debug?.({ path: '/' }, 'served');
  createLog(unasked.context, {}).debug?.({ path: '/' }, 'served');

  assert.is(JSON.parse(asked.err()).level, 'debug');
  assert.is(unasked.err(), '');
});

test('what is less severe than the level asked for is left out', () => {
  const { context, err } = testContext();
  const environment = { ...context.environment, logLevel: 'error' as const };
  createLog({ ...context, environment }, {}).info({}, 'unimportant');
  assert.is(err(), '');
});

test.run();
