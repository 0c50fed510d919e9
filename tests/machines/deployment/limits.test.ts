// A deployment has room for so many, and its record stays writable when all of them have much to say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_STATEMENT_CHARACTERS } from '../../../machines/deployment/artifact.ts';
import { MAX_QUEUED, REQUIRED_CHECKS } from '../../../machines/deployment/conditions.ts';
import { MAX_PROBES } from '../../../machines/deployment/probes.ts';
import { encodeRecord, MAX_RECORD_BYTES } from '../../../machines/record.ts';
import {
  artifactOf,
  type DeploymentDriver,
  openDeployment,
  probe,
  settingsOf,
} from '../../support/deployment-driver.ts';
import { shaOf } from '../../support/merge-driver.ts';

const long = (text: string, length: number) => text.padEnd(length, 'x');
const longSha = (text: string) => (shaOf(text) + shaOf(`${text}2`)).slice(0, 64);
const bytesOf = ({ stored }: DeploymentDriver) => Buffer.byteLength(encodeRecord(stored().record));

const probes = Array.from({ length: MAX_PROBES }, (_, n) =>
  probe(long(`p${n}`, 60), { count: 60, failureLimit: 45, command: long('c', 700) }),
);
const rules = {
  ...{ watch: { probes }, retries: { infra: 100, rollback: 2 } },
  ...{ deploy: { command: long('d', 1_900) }, build: { command: long('b', 1_900) } },
  reaction: { openItem: true, freezeQueue: true },
};
const settings = settingsOf(rules, {
  ...{ repository: long('r', 2_000), baseBranch: long('b', 250), digest: long('d', 128) },
});
const steps = Array.from({ length: 16 }, (_, n) => ({
  ...{ step: 'deploy', key: long(`k${n}`, 300), result: long('', 400), durationMs: 1 },
}));

/** JSON in JSON: every fifth character is written as two. */
function statementOf(sha: string): string {
  const head = JSON.stringify({ sha });
  return (head + '"abcd'.repeat(500)).slice(0, MAX_STATEMENT_CHARACTERS);
}

const longArtifact = (sha: string) => artifactOf(sha, { statement: statementOf(sha) });

/** Comes up to the limit, each with the longest of everything. */
function fill(deployment: DeploymentDriver, from: number): number {
  let number = from;
  while (deployment.context().queue.length < MAX_QUEUED) {
    const item = long(`i${number}-`, 64);
    const made = longArtifact(longSha(item));
    const passes = Array.from({ length: 16 }, () => ({
      ...{ environment: 'staging', digest: made.digest },
    }));
    const told = { title: 'é'.repeat(200), headSha: longSha(item), sha: made.sha };
    // Some are built here, and are kept beside those that wait.
    const artifact = number % 3 === 0 ? null : made;
    deployment.request(item, { ...told, artifact, passes, settings });
    number += 1;
  }
  return number;
}

/** One version proves bad with much to say, after everything was measured often; the version of before comes back. */
function degrade(deployment: DeploymentDriver): number[] {
  const sizes: number[] = [];
  const { context, report } = deployment;
  const results = probes.map((one) => ({
    ...{ probe: one['name'], outcome: 'bad', value: 12_345.678_9, detail: 'é'.repeat(300) },
  }));
  deployment.until('promoting');
  deployment.fail('infra_error', { summary: 's'.repeat(4_000), steps });
  deployment.until('deploying');
  for (let n = 0; n < 3; n += 1) {
    deployment.fail('infra_error', { summary: 's'.repeat(4_000), steps });
    sizes.push(bytesOf(deployment));
  }
  deployment.until('observing.waiting');
  while (context().watch !== null && deployment.state().startsWith('observing.')) {
    deployment.due('measure-due');
    deployment.take();
    report('measured', { round: context().watch?.round, results });
    sizes.push(bytesOf(deployment));
  }
  return sizes;
}

test('the record of a full deployment stays under the limit, whatever becomes of its releases', () => {
  const deployment = openDeployment(rules, longArtifact);
  let number = fill(deployment, 0);
  deployment.until('observing.waiting');
  deployment.due('watch-overdue');
  deployment.send('release', { decision: 'accept', by: 'ada', reason: 'r'.repeat(4_000) });
  const sizes: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    number = fill(deployment, number);
    sizes.push(...degrade(deployment));
    deployment.until('observingRollback.waiting');
    deployment.due('watch-overdue');
    sizes.push(bytesOf(deployment));
    deployment.send('release', { decision: 'accept', reason: 'r'.repeat(4_000) });
    sizes.push(bytesOf(deployment));
  }

  assert.is(deployment.context().incidents.length, 6);
  assert.ok(Math.max(...sizes) < MAX_RECORD_BYTES * 0.9, `${Math.max(...sizes)} bytes`);
});

test('a full deployment takes nobody more, says so, and still knows those it has', () => {
  const deployment = openDeployment();
  deployment.send('hold');
  const names = Array.from({ length: MAX_QUEUED }, (_, n) => `i${n}`);
  names.map((name) => deployment.request(name));

  assert.is(deployment.request('late'), 'held (not-now)');
  assert.is(deployment.request('i7', { attempt: 2 }), 'held');
  deployment.send('withdraw', { item: 'i8', attempt: 1 }, 'tell');
  assert.is(deployment.request('late'), 'held');
});

test('what is kept of what has ended is bounded', () => {
  const deployment = openDeployment({ watch: { probes: [] } });
  const items = Array.from({ length: 40 }, (_, n) => `i${n}`);
  for (const item of items) {
    deployment.request(item);
    deployment.until('healthy');
  }

  const { ended, decided, good, artifacts } = deployment.context();
  assert.equal(
    [ended, decided, good].map((kept) => kept.length),
    [20, 32, 10],
  );
  assert.ok(artifacts.length <= 4, `${artifacts.length} images`);
  assert.ok(artifacts.some(({ sha }) => sha === shaOf('i39')));
  assert.is(REQUIRED_CHECKS.length, 3);
});

test('what was built of what is live is not forgotten, however much is built after it', () => {
  const deployment = openDeployment();
  deployment.request('live');
  deployment.until('healthy');
  const items = Array.from({ length: 9 }, (_, n) => `i${n}`);
  for (const item of items) {
    deployment.request(item);
    deployment.until('verifyingProvenance');
    deployment.fail('product_fail');
  }

  assert.ok(deployment.context().artifacts.some(({ sha }) => sha === shaOf('live')));
  assert.is(deployment.context().artifacts.at(-1)?.sha, shaOf('i8'));
});

test.run();
