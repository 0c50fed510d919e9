// What proved bad gives way to what was good before, and that is watched as well.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digestOf } from '../../support/deployment-driver.ts';
import { shaOf } from '../../support/merge-driver.ts';
import { degraded, liveOf, targetOf, withGood } from './degraded-fixture.ts';

test('what proved bad gives way by itself, and its run hears why', () => {
  const deployment = degraded();

  assert.is(deployment.state(), 'rollingBack');
  assert.is(deployment.told.at(-1), 'bad product_fail degraded');
  assert.is(deployment.alarms.at(-1), 'deployment-degraded');
  assert.is(targetOf(deployment), digestOf(shaOf('v1')));
  assert.is(deployment.until('rolledBack'), 'rolledBack');
  assert.is(liveOf(deployment), digestOf(shaOf('v1')));
});

test('the newest that was good comes back, not what is live', () => {
  assert.is(targetOf(degraded({}, ['v1', 'v2', 'v3'])), digestOf(shaOf('v3')));
});

test('a rollback is an operation of its own', () => {
  const deployment = degraded();
  deployment.until('rolledBack');

  assert.equal(
    deployment.context().ended.map(({ number, kind, outcome }) => [number, kind, outcome]),
    [
      [1, 'release', 'healthy'],
      [2, 'release', 'degraded'],
      [3, 'rollback', 'rolled-back'],
    ],
  );
});

test('a verification that finds the version bad is answered the same way', () => {
  const deployment = withGood(['v1']);
  deployment.request('bad');
  deployment.until('deploying');

  assert.is(deployment.fail('product_fail', { phase: 'verify' }), 'rollingBack');
  assert.is(liveOf(deployment), digestOf(shaOf('bad')));
});

test('where a person is to decide, nothing comes back before', () => {
  const deployment = degraded({ rollback: 'approval' });

  assert.is(deployment.state(), 'degraded');
  assert.is(deployment.due('reminder'), 'degraded');
  assert.is(deployment.alarms.at(-1), 'deployment-degraded');
  assert.is(deployment.send('rollback', { by: 'ada' }), 'rollingBack');
});

test('a person may find it good after all, or leave it as it is', () => {
  const accepted = degraded({ rollback: 'approval' });
  const left = degraded({ rollback: 'approval' });

  assert.is(accepted.send('release', { decision: 'accept', by: 'ada' }), 'healthy');
  assert.equal(accepted.context().condemned, []);
  assert.is(left.send('release', { decision: 'reject', by: 'ada' }), 'idle');
  assert.is(liveOf(left), digestOf(shaOf('bad')));
});

test('where nothing is to come back, others go on', () => {
  const deployment = degraded({ rollback: 'none' });

  assert.is(deployment.state(), 'idle');
  deployment.request('v2');
  assert.is(deployment.until('healthy'), 'healthy');
});

test('without a version that was good before, a person decides', () => {
  const deployment = degraded({}, []);

  assert.is(deployment.state(), 'held');
  assert.is(deployment.context().holding?.cause, 'nothing-to-roll-back-to');
  assert.is(deployment.send('rollback'), 'held (not-now)');
  assert.is(deployment.send('release', { decision: 'retry' }), 'held');
  assert.is(deployment.send('release', { decision: 'reject' }), 'idle');
});

test('a rollback that fails is tried again whatever has failed, and then a person decides', () => {
  const deployment = degraded();

  assert.is(deployment.fail('product_fail'), 'rollingBack');
  assert.is(deployment.fail('infra_error'), 'rollingBack');
  assert.is(deployment.fail('product_fail'), 'rollbackFailed');
  assert.is(deployment.alarms.at(-1), 'rollback-failed');
  assert.is(deployment.due('reminder'), 'rollbackFailed');
  assert.is(deployment.alarms.at(-1), 'rollback-failed');
});

test('a version that came back and is bad as well is no rollback', () => {
  const deployment = degraded();
  deployment.until('observingRollback.waiting');

  assert.is(deployment.measure('bad'), 'rollbackFailed');
});

test('what was to come back is tried once more where a person says so', () => {
  const commands = degraded({}, ['v1', 'v2']);
  commands.fail('product_fail');
  commands.fail('product_fail');
  commands.fail('product_fail');
  const watch = degraded({}, ['v1', 'v2']);
  watch.until('observingRollback.waiting');
  watch.measure('bad');

  assert.is(commands.send('release', { decision: 'retry' }), 'rollingBack');
  assert.is(targetOf(commands), digestOf(shaOf('v2')));
  assert.is(watch.send('release', { decision: 'retry' }), 'rollingBack');
  assert.is(targetOf(watch), digestOf(shaOf('v2')));
});

test('after a rollback that failed, an older one can come back', () => {
  const deployment = degraded({}, ['v1', 'v2']);
  deployment.until('observingRollback.waiting');
  deployment.measure('bad');

  assert.is(deployment.send('rollback', { by: 'ada' }), 'rollingBack');
  assert.is(targetOf(deployment), digestOf(shaOf('v1')));
  assert.is(deployment.until('rolledBack'), 'rolledBack');
});

test('a rollback that failed may be found good, or left as it is', () => {
  const failed = () => {
    const deployment = degraded();
    deployment.until('observingRollback.waiting');
    deployment.measure('bad');
    return deployment;
  };

  assert.is(failed().send('release', { decision: 'accept' }), 'healthy');
  assert.is(failed().send('release', { decision: 'reject' }), 'idle');
});

test('an undecided watch of what came back is held, and goes on where it was', () => {
  const held = () => {
    const deployment = degraded();
    deployment.until('observingRollback.waiting');
    deployment.due('watch-overdue');
    return deployment;
  };

  assert.is(held().context().holding?.from, 'observingRollback');
  assert.is(held().send('release', { decision: 'retry' }), 'observingRollback.waiting');
  assert.is(held().send('release', { decision: 'accept' }), 'rolledBack');
  assert.is(held().send('release', { decision: 'reject' }), 'rollbackFailed');
});

test.run();
