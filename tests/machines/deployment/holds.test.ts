// A deployment waits for a person: why, from where it goes on, and what may be decided there.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeploymentDriver, openDeployment } from '../../support/deployment-driver.ts';

const by = { by: 'ada', reason: 'a demonstration' };

function deployingIn(state: string): DeploymentDriver {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until('healthy');
  deployment.request('i2');
  deployment.until(state);
  return deployment;
}

test('a deployment that is held at rest begins nothing until it is released', () => {
  const deployment = openDeployment();

  assert.is(deployment.send('hold', by), 'held');
  assert.is(deployment.request('i1'), 'held');
  assert.is(deployment.due('reminder'), 'held');
  assert.equal(deployment.alarms, ['deployment-held', 'deployment-held']);
  assert.is(deployment.send('release'), 'assessing');
});

for (const state of ['assessing', 'building', 'verifyingProvenance', 'promoting']) {
  test(`a hold in ${state} comes at once, and the release is looked at anew`, () => {
    const deployment = deployingIn(state);

    assert.is(deployment.send('hold', by), 'held');
    assert.is(deployment.context().holding?.from, 'untouched');
    assert.match(deployment.context().holding?.reason ?? '', by.reason);
    assert.is(deployment.take(), 'held (not-now)');
    assert.is(deployment.send('release'), 'assessing');
  });

  test(`what is held from ${state} can be given up, or taken back`, () => {
    const rejected = deployingIn(state);
    const withdrawn = deployingIn(state);
    rejected.send('hold', by);
    withdrawn.send('hold', by);

    assert.is(rejected.send('release', { decision: 'accept' }), 'held (not-now)');
    assert.is(rejected.send('release', { decision: 'reject', ...by }), 'healthy');
    assert.is(rejected.told.at(-1), 'i2 product_fail rejected');
    assert.is(withdrawn.send('withdraw', { item: 'i2', attempt: 1 }, 'tell'), 'healthy');
    assert.equal(withdrawn.told, ['i1 pass healthy']);
  });
}

for (const state of ['deploying', 'observing.waiting']) {
  test(`a hold in ${state} comes once the release is over`, () => {
    const deployment = deployingIn(state);

    assert.is(deployment.send('hold', by), state);
    assert.is(deployment.until('held'), 'held');
    assert.is(deployment.told.at(-1), 'i2 pass healthy');
    assert.is(deployment.send('release'), 'healthy');
  });
}

test('a hold that is taken back in time changes nothing', () => {
  const deployment = deployingIn('deploying');
  deployment.send('hold', by);

  assert.is(deployment.send('hold', by), 'deploying (not-now)');
  assert.is(deployment.send('release'), 'deploying');
  assert.is(deployment.until('healthy'), 'healthy');
});

test('a deploy that is held is tried again, found good, or given up', () => {
  const held = () => {
    const deployment = deployingIn('deploying');
    deployment.fail('unobserved');
    return deployment;
  };

  assert.is(held().send('release', { decision: 'retry' }), 'deploying');
  assert.is(held().send('release', { decision: 'accept' }), 'healthy');
  assert.is(held().send('release', { decision: 'reject' }), 'rollingBack');
  assert.is(held().send('rollback', by), 'rollingBack');
});

test('a version whose watch is held is watched again, found good, or given up', () => {
  const held = () => {
    const deployment = deployingIn('observing.waiting');
    deployment.due('watch-overdue');
    return deployment;
  };

  assert.is(held().send('release', { decision: 'retry' }), 'observing.waiting');
  assert.is(held().send('release', { decision: 'accept' }), 'healthy');
  assert.is(held().send('release', { decision: 'reject' }), 'rollingBack');
  assert.is(held().send('rollback', by), 'rollingBack');
});

test('what is held and may be in the environment is not forgotten when it is taken back', () => {
  const deployment = deployingIn('observing.waiting');
  deployment.due('watch-overdue');

  assert.is(deployment.send('withdraw', { item: 'i2', attempt: 1 }, 'tell'), 'held');
  assert.is(deployment.send('release', { decision: 'accept' }), 'healthy');
  assert.equal(deployment.told, ['i1 pass healthy']);
});

test('a rollback does not lift what an operator holds', () => {
  const deployment = deployingIn('observing.waiting');
  deployment.until('healthy');
  deployment.request('i3');
  deployment.send('hold', by);

  assert.is(deployment.send('rollback', by), 'rollingBack');
  assert.is(deployment.until('held'), 'held');
  assert.is(deployment.context().queue[0]?.item, 'i3');
  assert.match(deployment.context().holding?.reason ?? '', by.reason);
});

test('releases come and go while a deployment is held', () => {
  const deployment = openDeployment();
  deployment.send('hold', by);
  deployment.request('i1');
  deployment.request('i2');

  deployment.send('withdraw', { item: 'i1', attempt: 1 }, 'tell');

  assert.equal(
    deployment.context().queue.map(({ item }) => item),
    ['i2'],
  );
});

test('nothing is released that is not held', () => {
  assert.is(deployingIn('assessing').send('release'), 'assessing (not-now)');
});

test.run();
