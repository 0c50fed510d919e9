// What has to be true before anything is changed: the commit fits, one image of it is there, and it is the tested one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  artifactOf,
  type DeploymentDriver,
  digestOf,
  IMAGE,
  openDeployment,
} from '../../support/deployment-driver.ts';
import { shaOf } from '../../support/merge-driver.ts';

const assessed = (more: Record<string, unknown> = {}) => ({
  ...{ isOnBase: true, isContained: false, isNeeded: true, reason: 'so it is' },
  ...more,
});
const met = (...checks: string[]) => checks.map((check) => ({ check, isMet: true }));
const ALL = met('tag', 'revision', 'statement');

function takenIn(state: string, deployment: DeploymentDriver): DeploymentDriver {
  deployment.request('i1');
  deployment.until(state);
  if (deployment.context().holder === null) deployment.take();
  return deployment;
}

const checked = (deployment: DeploymentDriver, more: Record<string, unknown> = {}) => {
  const sha = shaOf('i1');
  return deployment.report('checked', { digest: digestOf(sha), sha, findings: ALL, ...more });
};

test('an image is built only where none of the commit is known', () => {
  const deployment = openDeployment();

  deployment.request('i1', { artifact: artifactOf(shaOf('i1')) });
  assert.is(deployment.step(), 'verifyingProvenance');
});

test('a commit that was built here before is not built again', () => {
  const deployment = takenIn('verifyingProvenance', openDeployment());
  deployment.send('withdraw', { item: 'i1', attempt: 1 }, 'tell');

  deployment.request('i1', { attempt: 2 });

  assert.is(deployment.step(), 'verifyingProvenance');
});

test('an image of another commit, or for another place, is not taken for what was to be built', () => {
  const deployment = takenIn('building', openDeployment());
  const built = (more: object) =>
    deployment.report('built', { artifact: artifactOf(shaOf('i1'), more) });

  assert.is(built({ sha: shaOf('i2') }), 'building (not-now)');
  assert.is(built({ environment: 'staging' }), 'building (not-now)');
  assert.is(built({ image: `${IMAGE}-other` }), 'building (not-now)');
  assert.is(built({}), 'verifyingProvenance');
});

test('a commit that what is live holds already passes without a deploy', () => {
  const deployment = openDeployment();
  deployment.request('i1');
  deployment.until('healthy');
  deployment.request('i2');
  deployment.take();

  assert.is(deployment.report('assessed', assessed({ isContained: true })), 'healthy');
  assert.is(deployment.told.at(-1), 'i2 pass contained');
  assert.is(deployment.context().decided.at(-1)?.digest, digestOf(shaOf('i1')));
});

test('what is not known to be good is held by nothing: the commit is deployed', () => {
  const deployment = takenIn('assessing', openDeployment());

  assert.is(deployment.report('assessed', assessed({ isContained: true })), 'building');
});

test('a commit that touches no path that is asked for is not applicable', () => {
  const deployment = takenIn('assessing', openDeployment());

  assert.is(deployment.report('assessed', assessed({ isNeeded: false })), 'idle');
  assert.equal(deployment.told, ['i1 not_applicable paths']);
});

test('a commit that is not on the base waits for a person, and others go on', () => {
  const deployment = takenIn('assessing', openDeployment());
  deployment.request('i2');

  assert.is(deployment.report('assessed', assessed({ isOnBase: false })), 'assessing');
  assert.equal(deployment.told, ['i1 inconclusive not-on-base']);
  assert.is(deployment.context().release?.item, 'i2');
});

test('where nothing is built, a commit without an image waits for a person', () => {
  const deployment = takenIn('assessing', openDeployment({ build: undefined }));

  assert.is(deployment.step(), 'idle');
  assert.equal(deployment.told, ['i1 inconclusive no-artifact']);
});

test('every question about the origin must have been asked', () => {
  const findings = met('tag', 'revision');
  const deployment = takenIn('verifyingProvenance', openDeployment());

  assert.is(checked(deployment, { findings }), 'held');
  assert.is(deployment.context().holding?.cause, 'provenance-mismatch');
  assert.equal(deployment.alarms, ['provenance-mismatch']);
});

test('one answer that does not agree holds the release, with what was found', () => {
  const unmet = { check: 'tag', isMet: false, detail: 'staging is at another digest' };
  const deployment = takenIn('verifyingProvenance', openDeployment());

  assert.is(checked(deployment, { findings: [...ALL, unmet] }), 'held');
  assert.match(deployment.context().holding?.reason ?? '', 'staging is at another digest');
});

test('an answer on another image, or another commit, holds the release', () => {
  const digest = takenIn('verifyingProvenance', openDeployment());
  const commit = takenIn('verifyingProvenance', openDeployment());

  assert.is(checked(digest, { digest: digestOf('another') }), 'held');
  assert.is(checked(commit, { sha: shaOf('another') }), 'held');
});

test('a mismatch cannot be accepted: it is looked at again, or given up', () => {
  const deployment = takenIn('verifyingProvenance', openDeployment());
  checked(deployment, { findings: [] });

  assert.is(deployment.send('release', { decision: 'accept', by: 'ada' }), 'held (not-now)');
  assert.is(deployment.send('release', { decision: 'retry', by: 'ada' }), 'assessing');
});

test('an override does not make up for a mismatch', () => {
  const deployment = openDeployment({ requires: 'staging' });
  deployment.request('i1');
  deployment.until('held');
  deployment.send('release', { decision: 'accept', by: 'ada', reason: 'urgent' });
  deployment.fail('inconclusive');
  deployment.send('release', { decision: 'retry' });
  deployment.until('verifyingProvenance');

  assert.is(checked(deployment, { findings: met('tag') }), 'held');
  assert.is(deployment.send('release', { decision: 'accept' }), 'held (not-now)');
});

test('an image that the required environment has not passed is held', () => {
  const passes = [
    { environment: 'staging', digest: digestOf('another') },
    { environment: 'preview', digest: digestOf(shaOf('i1')) },
  ];
  const deployment = openDeployment({ requires: 'staging' });
  deployment.request('i1', { artifact: artifactOf(shaOf('i1')), passes });

  deployment.until('held');

  assert.is(deployment.context().holding?.cause, 'untested');
  assert.match(deployment.context().holding?.reason ?? '', 'staging has no verdict of pass');
});

test('an image that the required environment has passed goes on', () => {
  const passes = [{ environment: 'staging', digest: digestOf(shaOf('i1')) }];
  const deployment = openDeployment({ requires: 'staging' });
  deployment.request('i1', { artifact: artifactOf(shaOf('i1')), passes });

  assert.is(deployment.until('promoting'), 'promoting');
});

test('a person who answers for an untested image is on record, and it goes on', () => {
  const deployment = openDeployment({ requires: 'staging' });
  deployment.request('i1');
  deployment.until('held');

  const said = { decision: 'accept', by: 'ada', reason: 'staging burns' };
  assert.is(deployment.send('release', said), 'promoting');
  const { override } = deployment.context().release ?? {};
  assert.equal([override?.by, override?.reason], ['ada', 'staging burns']);
  assert.is(deployment.until('healthy'), 'healthy');
});

test('the tags must have been read back with the very image', () => {
  const deployment = takenIn('promoting', openDeployment());

  assert.is(deployment.report('promoted', { digest: digestOf('another') }), 'held');
  assert.is(deployment.context().holding?.cause, 'provenance-mismatch');
});

test('the deploy of another image is not taken for this one', () => {
  const deployment = takenIn('deploying', openDeployment());

  assert.is(deployment.report('deployed', { digest: digestOf('another') }), 'deploying (not-now)');
});

test('what is promoted only is not live', () => {
  const deployment = takenIn('deploying', openDeployment());

  assert.is(deployment.context().live, null);
  deployment.step();
  assert.is(deployment.context().live?.digest, digestOf(shaOf('i1')));
});

test.run();
