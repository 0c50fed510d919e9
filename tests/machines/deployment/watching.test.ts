// What a watch makes of its measurements: limits of Argo Rollouts, and a failed measurement is no failure.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeploymentDriver, openDeployment, probe } from '../../support/deployment-driver.ts';

function watched(...probes: Record<string, unknown>[]): DeploymentDriver {
  const deployment = openDeployment({ watch: { probes, deadlineMs: 3_600_000 } });
  deployment.request('i1');
  deployment.until('observing.waiting');
  return deployment;
}

const measureAll = (deployment: DeploymentDriver, outcomes: string[]) =>
  outcomes.map((outcome) => deployment.measure(outcome));
const W = 'observing.waiting';

test('a version is good once every measurement that was asked for has been made', () => {
  const deployment = watched(probe('alive', { count: 3 }));

  assert.equal(measureAll(deployment, ['good', 'good', 'good']), [W, W, 'healthy']);
});

test('so many bad ones as the limit allows are allowed, and one more ends it', () => {
  const allowed = watched(probe('alive', { count: 3, failureLimit: 2 }));
  const beyond = watched(probe('alive', { count: 9, failureLimit: 2 }));

  assert.equal(measureAll(allowed, ['bad', 'bad', 'good']), [W, W, 'healthy']);
  assert.equal(measureAll(beyond, ['bad', 'bad', 'bad']), [W, W, 'held']);
  assert.is(beyond.told.at(-1), 'i1 product_fail degraded');
});

test('more undecided ones than allowed are held, and the version is not blamed', () => {
  const deployment = watched(probe('alive', { count: 9, inconclusiveLimit: 1 }));

  assert.equal(measureAll(deployment, ['inconclusive', 'inconclusive']), [W, 'held']);
  assert.is(deployment.context().holding?.cause, 'undecided');
  assert.equal(deployment.told, []);
});

test('what cannot be measured is neither good nor bad, and is not counted', () => {
  const deployment = watched(probe('alive', { count: 2, consecutiveErrorLimit: 2 }));

  assert.equal(measureAll(deployment, ['error', 'good', 'error', 'error']), [W, W, W, W]);
  assert.is(deployment.measure('good'), 'healthy');
});

test('more in a row that cannot be measured than allowed are held, never rolled back', () => {
  const deployment = watched(probe('alive', { consecutiveErrorLimit: 1 }));

  assert.equal(measureAll(deployment, ['error', 'error']), [W, 'held']);
  assert.is(deployment.context().holding?.cause, 'undecided');
  assert.equal(deployment.context().condemned, []);
});

test('enough good ones in a row end the watch early, and one that cannot be measured breaks no row', () => {
  const deployment = watched(probe('alive', { count: 99, consecutiveSuccessLimit: 2 }));

  assert.equal(measureAll(deployment, ['good', 'error', 'good']), [W, W, 'healthy']);
});

test('a bad one breaks the row', () => {
  const rules = { count: 99, failureLimit: 9, consecutiveSuccessLimit: 2 };
  const deployment = watched(probe('alive', rules));

  assert.equal(measureAll(deployment, ['good', 'bad', 'good', 'good']), [W, W, W, 'healthy']);
});

test('a shadow is measured beside the others, and decides nothing', () => {
  const deployment = watched(probe('alive'), probe('new', { shadow: true, count: 50 }));
  const round = (outcome: string) => {
    deployment.due('measure-due');
    deployment.take();
    const results = [
      { probe: 'alive', outcome: 'good' },
      { probe: 'new', outcome },
    ];
    return deployment.report('measured', { round: deployment.context().watch?.round, results });
  };

  assert.is(round('bad'), W);
  assert.equal(
    deployment.context().watch?.probes.map(({ state }) => state),
    ['running', 'failed'],
  );
  assert.is(round('bad'), 'healthy');
});

test('where nothing but shadows is to be measured, nobody waits for them', () => {
  const deployment = openDeployment({ watch: { probes: [probe('new', { shadow: true })] } });
  deployment.request('i1');
  deployment.until('deploying');

  assert.is(deployment.step(), 'healthy');
});

test('without a probe a version is good once it was deployed', () => {
  const deployment = openDeployment({ watch: { probes: [] } });
  deployment.request('i1');
  deployment.until('deploying');

  assert.is(deployment.step(), 'healthy');
});

test('one probe that has found it bad is enough, however the others say', () => {
  const deployment = watched(probe('alive', { count: 9 }), probe('errors'));
  deployment.due('measure-due');
  deployment.take();
  const results = [
    { probe: 'alive', outcome: 'good' },
    { probe: 'errors', outcome: 'bad', detail: '3 of 10 asked' },
  ];

  assert.is(deployment.report('measured', { round: 1, results }), 'held');
  assert.match(deployment.context().incidents[0]?.summary ?? '', '3 of 10 asked');
});

test('a watch that comes to no end is held at its deadline', () => {
  const waiting = watched(probe('alive'));
  const measuring = watched(probe('alive'));
  measuring.due('measure-due');

  assert.is(waiting.due('watch-overdue'), 'held');
  assert.is(measuring.due('watch-overdue'), 'held');
  assert.match(waiting.context().holding?.reason ?? '', 'no end');
});

test('between two measurements nobody has the lease, and each has a job of its own', () => {
  const deployment = watched(probe('alive', { count: 3 }));

  assert.is(deployment.context().holder, null);
  assert.is(deployment.due('measure-due'), 'observing.measuring');
  assert.is(deployment.effects()[0]?.type, 'job');
  deployment.take();
  const { watch } = deployment.context();
  deployment.report('measured', { round: watch?.round, results: [] });
  assert.is(deployment.context().holder, null);
});

test('a worker that cannot measure costs tries, and then a person decides', () => {
  const deployment = watched(probe('alive'));
  deployment.due('measure-due');
  const M = 'observing.measuring';

  assert.equal(
    [1, 2, 3].map(() => deployment.fail('infra_error')),
    [M, M, 'held'],
  );
  assert.is(deployment.context().holding?.from, 'observing');
});

test('a watch that a person has begun again begins anew, with a deadline of its own', () => {
  const deployment = watched(probe('alive', { inconclusiveLimit: 0 }));
  const deadlineMs = deployment.context().watch?.deadlineMs ?? 0;
  deployment.measure('inconclusive');

  assert.is(deployment.send('release', { decision: 'retry' }), W);
  assert.is(deployment.context().watch?.probes[0]?.measured, 0);
  assert.ok((deployment.context().deadlines['watch-overdue'] ?? 0) >= deadlineMs);
  assert.is(deployment.until('healthy'), 'healthy');
});

test('what is kept of a probe for its chart is bounded', () => {
  const deployment = watched(probe('alive', { count: 60 }));
  measureAll(
    deployment,
    Array.from({ length: 50 }, () => 'good'),
  );

  assert.is(deployment.context().watch?.probes[0]?.points.length, 40);
  assert.is(deployment.context().watch?.probes[0]?.measured, 50);
});

test.run();
