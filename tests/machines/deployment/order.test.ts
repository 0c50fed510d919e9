// One release after the other, in the order in which they came, and each run hears once what became of its own.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  artifactOf,
  DEPLOYMENT,
  openDeployment,
  settingsOf,
} from '../../support/deployment-driver.ts';
import { shaOf } from '../../support/merge-driver.ts';

const queued = ({ context }: ReturnType<typeof openDeployment>) =>
  context().queue.map(({ item }) => item);

test('releases come one after the other, in the order in which they were asked for', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.request('i2');
  deployment.request('i3');

  assert.is(deployment.context().release?.item, 'i1');
  assert.equal(queued(deployment), ['i2', 'i3']);

  deployment.until('observing.waiting');
  assert.is(deployment.context().release?.item, 'i1');
  deployment.until('healthy');

  assert.equal(deployment.told, ['i1 pass healthy', 'i2 pass healthy', 'i3 pass healthy']);
  assert.equal(
    deployment.context().ended.map(({ item }) => item),
    ['i1', 'i2', 'i3'],
  );
});

test('what a run is told names the environment, the commit and the image', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until('observing.waiting');
  deployment.measure('good');
  deployment.measure('good');

  const [effect] = deployment.effects().filter(({ type }) => type === 'tell');
  const { sha, digest } = artifactOf(shaOf('i1'));
  assert.is(effect?.type === 'tell' && effect.to, 'run.shop.i1.release.1');
  assert.equal(effect?.type === 'tell' && effect.data['verdict'], {
    ...{ kind: 'pass', cause: 'healthy', summary: 'every probe found it good' },
    ...{ headSha: shaOf('i1 head'), isLanded: true },
    deployment: { environment: 'production', sha, digest },
    artifact: artifactOf(shaOf('i1')),
  });
  assert.is(DEPLOYMENT, 'deployment.shop.production');
});

test('asking again for what waits changes neither its place nor what is known of it', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.request('i2', { artifact: artifactOf(shaOf('i2')) });
  deployment.request('i3');

  deployment.request('i2');

  assert.equal(queued(deployment), ['i2', 'i3']);
  assert.is(deployment.context().queue[0]?.artifact?.sha, shaOf('i2'));
});

test('asking again for what is under way, or with an attempt of before, changes nothing', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.request('i2', { attempt: 2 });

  assert.is(deployment.request('i1'), 'assessing (not-now)');
  assert.is(deployment.request('i2', { attempt: 1 }), 'assessing (not-now)');
});

test('asking again for what was decided is answered with what was decided', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until('healthy');

  assert.is(deployment.request('i1'), 'healthy');
  assert.equal(deployment.told, ['i1 pass healthy', 'i1 pass healthy']);
  assert.is(deployment.context().operations, 1);
});

test('a later attempt of an item is another release', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until('healthy');

  assert.is(deployment.request('i1', { attempt: 2 }), 'assessing');
});

test('a release that is taken back while it waits leaves the others their places', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.request('i2');
  deployment.request('i3');

  deployment.send('withdraw', { item: 'i2', attempt: 1 }, 'tell');

  assert.equal(queued(deployment), ['i3']);
  assert.equal(deployment.told, []);
});

test('a withdrawal of another attempt is none of this one', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.request('i2', { attempt: 2 });

  assert.is(deployment.send('withdraw', { item: 'i2', attempt: 1 }, 'tell'), 'assessing (not-now)');
  assert.is(deployment.send('withdraw', { item: 'i1', attempt: 3 }, 'tell'), 'assessing (not-now)');
});

for (const state of ['assessing', 'building', 'verifyingProvenance', 'promoting']) {
  test(`a release that is taken back in ${state} ends there, and the next one begins`, () => {
    const deployment = openDeployment();
    deployment.request('i1');
    deployment.request('i2');
    deployment.until(state);

    assert.is(deployment.send('withdraw', { item: 'i1', attempt: 1 }, 'tell'), 'assessing');
    assert.is(deployment.context().release?.item, 'i2');
    assert.is(deployment.context().ended.at(-1)?.outcome, 'withdrawn');
    assert.equal(deployment.told, []);
  });
}

for (const state of ['deploying', 'observing.waiting']) {
  test(`a release that is taken back in ${state} is seen through, and nobody is told`, () => {
    const deployment = openDeployment();
    deployment.request('i1');
    deployment.until(state);

    assert.is(deployment.send('withdraw', { item: 'i1', attempt: 1 }, 'tell'), state);
    deployment.until('healthy');

    assert.equal(deployment.told, []);
    assert.is(deployment.context().live?.item, 'i1');
  });
}

test('a deployment goes by the settings of the item that was opened last', () => {
  const deployment = openDeployment();
  const named = (digest: string, sinceMs: number) => settingsOf({}, { digest, sinceMs });
  deployment.request('i1', { settings: named('first', 1) });
  deployment.request('i2', { settings: named('third', 3) });
  deployment.request('i3', { settings: named('second', 2) });

  assert.is(deployment.context().settings?.digest, 'first');
  deployment.until('observing.waiting');
  assert.is(deployment.context().settings?.digest, 'first');
  deployment.measure('good');
  deployment.measure('good');

  assert.is(deployment.context().settings?.digest, 'third');
});

test('an operator has a version deployed that was built before, and no run hears of it', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until('healthy');

  deployment.send('deploy', { by: 'ada', artifact: artifactOf(shaOf('i7')) });
  deployment.until('healthy');

  assert.is(deployment.context().live?.sha, shaOf('i7'));
  assert.is(deployment.context().ended.at(-1)?.by, 'ada');
  assert.equal(deployment.told, ['i1 pass healthy']);
});

test('nobody deploys before an item has brought how', () => {
  const artifact = artifactOf(shaOf('i7'));

  assert.is(openDeployment().send('deploy', { artifact }), 'idle (not-now)');
});

test.run();
