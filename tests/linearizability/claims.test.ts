// Claims on a real server, raced for by twelve claimants at once, have a history that one register per key
// explains: with one server, with three, and while the leader is deposed.
// Time limit: 300 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommitMode, type Committer, createCommitter } from '../../services/actors/commit.ts';
import type { Bucket, Write } from '../../transport/ports.ts';
import { localClock } from '../support/local-clock.ts';
import { startNatsCluster } from '../support/nats-cluster.ts';
import { openNats } from '../support/nats-fixture.ts';
import { within } from '../support/within.ts';
import { KEYS_AT_ONCE_DEFAULT, raceForClaims } from './claim-race.ts';
import { CLAIM_KEYS, RACE_LIMIT_MS, raceOnCluster } from './cluster-race.ts';
import { recordedCommitter } from './history-recorder.ts';
import type { Operation } from './operation.ts';
import { reportOf } from './race-report.ts';

/** The first claim of each key that is raced for at the same time. */
const FIRST_COMMITS = Math.min(CLAIM_KEYS, KEYS_AT_ONCE_DEFAULT);

/** Claimants that commit as a host does, and what each was told in the end. */
function committers(mode: CommitMode) {
  const commits: Operation[] = [];
  const all: Committer[] = [];
  const writer = (bucket: Bucket, claimant: string) => {
    const committer = createCommitter(bucket, { clock: localClock, mode });
    all.push(committer);
    const { commit } = recordedCommitter(committer, claimant, commits);
    const together = gathering(FIRST_COMMITS);
    return async (write: Write) => {
      await together();
      return commit(write);
    };
  };
  const batches = () => all.reduce((sum, committer) => sum + committer.stats().batches, 0);
  return { commits, writer, batches };
}

/** The first so many callers wait for each other: more than sixteen commits at once make a batch. */
function gathering(count: number): () => Promise<void> {
  let arrived = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    arrived += 1;
    if (arrived >= count) open();
    return opened;
  };
}

function readings(history: readonly Operation[]): Operation[] {
  return history.filter(({ kind }) => kind === 'read');
}

test(
  'on one server, claims committed one by one or in batches are linearizable',
  within(RACE_LIMIT_MS, async () => {
    const { server, close } = await openNats();
    const { commits, writer, batches } = committers('batch');

    const race = { urls: [server.url], bucket: 'onceward-runs', keys: CLAIM_KEYS, writer };
    const { history, races } = await raceForClaims(race);
    await close();

    const title = `one server, ${races} races, ${batches()} batches`;
    const report = reportOf(title, [...readings(history), ...commits]);
    assert.equal(report.violations, []);
    assert.is(report.won, races);
    assert.ok(batches() > 0);
  }),
);

test(
  'on one server, claims are linearizable, and a loser proves that the key had moved on',
  within(RACE_LIMIT_MS, async () => {
    const { server, close } = await openNats();

    const race = { urls: [server.url], bucket: 'onceward-items', keys: CLAIM_KEYS };
    const { history, races } = await raceForClaims(race);
    await close();

    const report = reportOf(`one server, ${races} races`, history);
    assert.equal(report.violations, []);
    assert.is(report.severalWinners, 0);
    assert.ok(report.won > 0 && report.lost > report.won);
    assert.ok(report.indeterminate > 0, 'no answer went missing');
  }),
);

test(
  'on three servers, claims are linearizable while the leader is deposed',
  within(RACE_LIMIT_MS, async () => {
    const cluster = await startNatsCluster({ syncAlways: false });

    const { history, races, stepDowns } = await raceOnCluster(cluster, { bucket: 'claims' });
    await cluster.stop();

    const title = `three servers ${cluster.version}, ${races} races, ${stepDowns} step-downs`;
    const report = reportOf(title, history, { mayLoseEarly: true });
    assert.equal(report.violations, []);
    assert.is(report.severalWinners, 0);
    assert.ok(report.won > 0 && report.lost > report.won);
    assert.ok(report.indeterminate > 0, 'no answer went missing');
  }),
);

test(
  'on three servers, what a committer makes of missing answers is linearizable, too',
  within(RACE_LIMIT_MS, async () => {
    const cluster = await startNatsCluster({ syncAlways: false });
    const { commits, writer } = committers('single');

    const bucket = 'committed-claims';
    const { history, races, stepDowns } = await raceOnCluster(cluster, { bucket, writer });
    await cluster.stop();

    const title = `three servers, ${races} races, ${stepDowns} step-downs, committed`;
    const all = [...readings(history), ...commits];
    const report = reportOf(title, all, { mayLoseEarly: true });
    assert.equal(report.violations, []);
    assert.is(report.severalWinners, 0);
    assert.ok(report.won > 0 && report.lost > report.won);
  }),
);

test.run();
