// Infrastructure costs tries and time, and never an item; what nobody can say, a person decides.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDeployment } from '../../support/deployment-driver.ts';

const STEPS = ['assessing', 'building', 'verifyingProvenance', 'promoting', 'deploying'];

function deployingIn(state: string) {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until(state);
  return deployment;
}

const pauseOf = ({ stored, context }: ReturnType<typeof openDeployment>) =>
  (context().operation?.notBeforeMs ?? 0) - stored().record.event.atMs;

for (const state of STEPS) {
  test(`a fault of infrastructure in ${state} is tried again after pauses that grow, then held`, () => {
    const deployment = deployingIn(state);

    assert.is(deployment.fail('infra_error', { cause: 'registry-away' }), state);
    const first = pauseOf(deployment);
    assert.is(deployment.fail('infra_error', { cause: 'registry-away' }), state);
    const second = pauseOf(deployment);
    assert.is(deployment.fail('infra_error', { cause: 'registry-away' }), 'held');

    assert.ok(first > 0 && second > first, `${first} ms, then ${second} ms`);
    const { cause, reason } = deployment.context().holding ?? {};
    assert.is(cause, 'infrastructure');
    assert.match(reason ?? '', 'registry-away after 3 tries');
    assert.equal(deployment.told, []);
  });

  test(`what was not observed in ${state} is held, with an alarm of its own`, () => {
    const deployment = deployingIn(state);

    assert.is(deployment.fail('unobserved', { cause: 'no-verdict-file' }), 'held');
    assert.is(deployment.context().holding?.cause, 'unobserved');
    assert.equal(deployment.alarms, ['deployment-unobserved']);
    assert.equal(deployment.told, []);
  });

  test(`what says neither in ${state} is held`, () => {
    const deployment = deployingIn(state);

    assert.is(deployment.fail('inconclusive'), 'held');
    assert.is(deployment.context().holding?.cause, 'inconclusive');
  });

  test(`ten lost holders of one step in ${state} are replaced, the eleventh is held`, () => {
    const deployment = deployingIn(state);
    deployment.send('release');
    const lose = () => {
      deployment.take();
      return deployment.report('holder-lost', { worker: 'worker-1' });
    };

    assert.equal(Array.from({ length: 11 }, lose), [
      ...Array.from({ length: 10 }, () => state),
      'held',
    ]);
    assert.match(deployment.context().holding?.reason ?? '', 'worker-lost');
    assert.equal(deployment.told, []);
  });
}

for (const state of STEPS.slice(0, -1)) {
  test(`a fault of the version in ${state} is told to its run, and nothing was changed`, () => {
    const deployment = deployingIn(state);

    assert.is(deployment.fail('product_fail'), 'idle');
    assert.equal(deployment.told, ['i1 product_fail exit-code']);
    assert.equal(deployment.context().incidents, []);
  });
}

test('each step has tries of its own', () => {
  const deployment = deployingIn('building');
  deployment.fail('infra_error');
  deployment.fail('infra_error');
  deployment.until('verifyingProvenance');

  assert.is(deployment.fail('infra_error'), 'verifyingProvenance');
});

test('nobody is asked for a step, nor given it, before its pause is over', () => {
  const deployment = deployingIn('building');
  deployment.fail('infra_error');

  assert.equal(deployment.effects(), []);
  assert.is(deployment.take(), 'building (not-now)');
  assert.is(deployment.due('retry-due'), 'building');
  assert.is(deployment.effects()[0]?.type, 'job');
});

test('a step that nobody takes is asked for again', () => {
  const deployment = deployingIn('assessing');

  assert.is(deployment.due('job-overdue'), 'assessing');
  assert.is(deployment.effects()[0]?.type, 'job');
});

test('a holder that gets nothing done loses its lease', () => {
  const deployment = deployingIn('assessing');
  deployment.take();

  assert.is(deployment.due('lease-elapsed'), 'assessing');
  assert.is(deployment.context().holder, null);
});

test('a holder that gets on keeps its lease, and one that only speaks does not', () => {
  const deployment = deployingIn('assessing');
  deployment.take();

  assert.is(deployment.report('progress', { watermark: 1 }), 'assessing');
  assert.is(deployment.report('progress', { watermark: 1 }), 'assessing (not-now)');
});

test('only one worker has the lease', () => {
  const deployment = deployingIn('deploying');

  assert.is(deployment.take('worker-2'), 'deploying (not-now)');
});

test('tokens rise with every holder', () => {
  const deployment = deployingIn('assessing');
  deployment.take();
  const first = deployment.context().holder?.token ?? 0;
  deployment.report('holder-lost', { worker: 'worker-1' });
  deployment.take('worker-2');

  assert.ok((deployment.context().holder?.token ?? 0) > first);
});

test('reports under the token of before, on another operation or on another round are refused', () => {
  const deployment = deployingIn('assessing');
  deployment.take();
  const late = deployment.context().holder?.token;
  deployment.report('holder-lost', { worker: 'worker-1' });
  deployment.take('worker-2');

  assert.is(deployment.report('failed', { token: late }), 'assessing (schema)');
  const failed = { kind: 'product_fail', phase: 'build', cause: 'exit-code' };
  assert.is(deployment.report('failed', { ...failed, token: late }), 'assessing (stale-epoch)');
  assert.is(deployment.report('failed', { ...failed, operation: 9 }), 'assessing (stale-epoch)');
  assert.is(deployment.report('measured', { round: 7, results: [] }), 'assessing (stale-epoch)');
});

test('no publisher reports a step', () => {
  const deployment = deployingIn('assessing');

  assert.is(deployment.send('take', { worker: 'w' }, 'mailbox'), 'assessing (not-now)');
});

test.run();
