// What else follows when a version proves bad, and when a person asks for the one of before.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactOf, digestOf, settingsOf } from '../../support/deployment-driver.ts';
import { shaOf } from '../../support/merge-driver.ts';
import { degraded, liveOf, rulesOf, targetOf, withGood } from './degraded-fixture.ts';

test('what proved bad does not come here again by itself', () => {
  const deployment = degraded();
  deployment.until('rolledBack');
  const bad = artifactOf(shaOf('bad'));

  deployment.request('bad', { attempt: 2, artifact: bad });
  assert.is(deployment.step(), 'rolledBack');
  assert.is(deployment.told.at(-1), 'bad inconclusive condemned');
});

test('an image that is built anew, and proved bad before, does not come here either', () => {
  const deployment = degraded();
  deployment.until('rolledBack');
  deployment.request('twin');
  deployment.until('building');
  deployment.take();
  const sha = shaOf('twin');
  const digest = digestOf(shaOf('bad'));
  deployment.report('built', { artifact: artifactOf(sha, { digest }) });

  assert.is(deployment.report('checked', { digest, sha, findings: [] }), 'rolledBack');
  assert.is(deployment.told.at(-1), 'twin inconclusive condemned');
});

test('what a person answers for comes here again, and is as good as any once it proved so', () => {
  const deployment = degraded();
  deployment.until('rolledBack');
  const artifact = artifactOf(shaOf('bad'));

  deployment.send('deploy', { by: 'ada', artifact, override: 'the database was to blame' });
  assert.is(deployment.until('healthy'), 'healthy');
  assert.equal(deployment.context().condemned, []);
  assert.is(deployment.send('rollback'), 'rollingBack');
  assert.is(targetOf(deployment), digestOf(shaOf('v1')));
});

test('a rollback at rest brings back the version of before, and back again', () => {
  const deployment = withGood(['v1', 'v2']);

  assert.is(deployment.send('rollback', { by: 'ada' }), 'rollingBack');
  deployment.until('rolledBack');
  assert.is(liveOf(deployment), digestOf(shaOf('v1')));
  deployment.send('rollback', { by: 'ada' });
  deployment.until('rolledBack');
  assert.is(liveOf(deployment), digestOf(shaOf('v2')));
});

test('a rollback while a release is looked at comes first, and the release after it', () => {
  const deployment = withGood(['v1', 'v2']);
  deployment.request('v3');
  deployment.until('building');

  assert.is(deployment.send('rollback', { by: 'ada' }), 'rollingBack');
  assert.is(deployment.until('assessing'), 'assessing');
  assert.is(deployment.context().release?.item, 'v3');
});

test('a rollback while a version is deployed comes once that step has ended', () => {
  const deployed = withGood(['v1']);
  const broken = withGood(['v1']);
  deployed.request('v2');
  broken.request('v2');
  deployed.until('deploying');
  broken.until('deploying');

  assert.is(deployed.send('rollback', { by: 'ada', reason: 'complaints' }), 'deploying');
  assert.is(deployed.step(), 'rollingBack');
  broken.send('rollback', { by: 'ada', reason: 'complaints' });
  assert.is(broken.fail('infra_error', { cause: 'registry-away' }), 'rollingBack');
  assert.is(broken.told.at(-1), 'v2 product_fail rolled-back');
});

test('a rollback while a version is watched comes at once, and says who asked', () => {
  const deployment = withGood(['v1']);
  deployment.request('v2');
  deployment.until('observing.waiting');

  const said = { by: 'ada', reason: 'complaints' };
  assert.is(deployment.send('rollback', said), 'rollingBack');
  assert.match(deployment.context().incidents[0]?.summary ?? '', 'by ada: complaints');
});

test('the item that was opened for an incident is on record once', () => {
  const deployment = degraded({ openItem: true });
  const opened = { incident: 2, item: 'i99' };

  assert.is(deployment.send('item-opened', opened), 'rollingBack');
  assert.is(deployment.context().incidents[0]?.openedItem, 'i99');
  assert.is(deployment.send('item-opened', opened), 'rollingBack (not-now)');
});

test('the merge queue is frozen with what proved bad, and thawed with what is good', () => {
  const deployment = degraded({ freezeQueue: true });
  assert.equal(deployment.queueWords, ['freeze']);

  deployment.until('rolledBack');
  assert.equal(deployment.queueWords, ['freeze', 'resume']);
});

test('a merge queue that was not frozen is told nothing', () => {
  const deployment = degraded();
  deployment.until('rolledBack');

  assert.equal(deployment.queueWords, []);
});

test('what was frozen is thawed although the rules have changed, on the branch it was frozen on', () => {
  const deployment = degraded({ freezeQueue: true, rollback: 'none' });
  const settings = settingsOf(rulesOf(), { baseBranch: 'other', sinceMs: 9_000_000 });

  deployment.request('v2', { settings });
  deployment.until('observing.waiting');
  deployment.measure('good');
  deployment.measure('good');

  const thawed = deployment.effects().find((one) => one.type === 'tell' && one.event === 'resume');
  assert.is(thawed?.type === 'tell' && thawed.to, 'merge.shop.main');
  assert.equal(deployment.context().frozen, []);
});

test('a merge queue stays frozen while what is live is bad', () => {
  const deployment = degraded({ freezeQueue: true });
  deployment.until('observingRollback.waiting');
  deployment.measure('bad');
  deployment.send('release', { decision: 'reject' });

  assert.equal(deployment.queueWords, ['freeze']);
  assert.equal(deployment.context().frozen, ['main']);
});

test.run();

test.run();
