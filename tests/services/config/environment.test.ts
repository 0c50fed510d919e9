// The environment: what each variable is read as, and how all bad ones are named at once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readEnvironment, usesColor } from '../../../services/config/environment.ts';
import { hasCode } from '../../../transport/errors.ts';

test('an empty environment gives the defaults', () => {
  const environment = readEnvironment({});

  assert.is(environment.configurationFile, 'onceward.yaml');
  assert.is(environment.stateDirectory, '.onceward');
  assert.is(environment.logLevel, 'info');
  assert.is(environment.natsUrls, undefined);
  assert.is(environment.graceMs, undefined);
});

test('an empty variable counts as not set', () => {
  const environment = readEnvironment({ NATS_URL: '', ONCEWARD_CONFIG: '', NO_COLOR: '' });

  assert.is(environment.natsUrls, undefined);
  assert.is(environment.configurationFile, 'onceward.yaml');
  assert.is(environment.hasNoColor, false);
});

test('several servers are separated by commas', () => {
  const { natsUrls } = readEnvironment({ NATS_URL: 'nats://a:4222,tls://b:4222,c' });

  assert.equal(natsUrls, ['nats://a:4222', 'tls://b:4222', 'c']);
});

test('labels are separated by commas', () => {
  assert.equal(readEnvironment({ ONCEWARD_LABELS: 'gpu,big' }).labels, ['gpu', 'big']);
  assert.throws(
    () => readEnvironment({ ONCEWARD_LABELS: 'gpu big' }),
    /ONCEWARD_LABELS: expected up to 16/,
  );
});

test('numbers are read as numbers', () => {
  const environment = readEnvironment({ ONCEWARD_GRACE_MS: '400000', ONCEWARD_TEST_JOBS: '3' });

  assert.is(environment.graceMs, 400_000);
  assert.is(environment.testJobs, 3);
});

test('every bad variable is named, and no value is shown', () => {
  const env = {
    NATS_URL: 'http://user:secret@a',
    ONCEWARD_NATS_MONITOR: 'localhost:8222',
    ONCEWARD_LOG_LEVEL: 'loud',
    ONCEWARD_GRACE_MS: '10',
  };
  try {
    readEnvironment(env);
    assert.unreachable('expected CONFIG_INVALID');
  } catch (error) {
    assert.ok(hasCode(error, 'CONFIG_INVALID'));
    assert.equal(error.message.split('\n'), [
      'environment NATS_URL: expected nats://host:port, or several separated by commas',
      'environment ONCEWARD_NATS_MONITOR: ' +
        'expected an address that begins with http:// or https://',
      'environment ONCEWARD_LOG_LEVEL: ' +
        'expected one of trace, debug, info, warn, error, fatal, silent',
      'environment ONCEWARD_GRACE_MS: expected a whole number from 1000 to 3600000',
    ]);
  }
});

test('colour follows the terminal unless a variable decides', () => {
  assert.ok(usesColor(readEnvironment({}), true));
  assert.not(usesColor(readEnvironment({}), false));
  assert.not(usesColor(readEnvironment({ NO_COLOR: '1' }), true));
  assert.ok(usesColor(readEnvironment({ FORCE_COLOR: '1' }), false));
  assert.not(usesColor(readEnvironment({ FORCE_COLOR: '0' }), true));
});

test.run();
