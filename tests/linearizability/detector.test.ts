// The detector is proven: servers and claimants that break a rule are found out by their history, or the clean
// ones of claims.test.ts would prove nothing.
// Time limit: 300 s
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bucket, Write, WriteOutcome } from '../../transport/ports.ts';
import { startNatsCluster } from '../support/nats-cluster.ts';
import { openNats } from '../support/nats-fixture.ts';
import { within } from '../support/within.ts';
import { raceForClaims } from './claim-race.ts';
import { CLAIM_KEYS, RACE_LIMIT_MS, raceOnCluster } from './cluster-race.ts';
import { recordedBucket } from './history-recorder.ts';
import { oldNatsServer } from './old-nats-server.ts';
import type { Operation } from './operation.ts';
import { reportOf } from './race-report.ts';

/** Races on a good server with this way of writing, and what those who write so would swear to. */
async function raceOf(
  name: string,
  breakRule: (context: { bucket: Bucket; nc: NatsConnection }) => Bucket['write'],
) {
  const { server, nc, close } = await openNats({ isFresh: true });
  const sworn: Operation[] = [];
  const writer = (bucket: Bucket, claimant: string) =>
    recordedBucket({ ...bucket, write: breakRule({ bucket, nc }) }, claimant, sworn).write;
  const race = { urls: [server.url], bucket: 'onceward-runs', keys: CLAIM_KEYS, writer };
  const { history } = await raceForClaims(race);
  await close();
  return reportOf(name, [...history.filter(({ kind }) => kind === 'read'), ...sworn]);
}

/** Looks first, and then writes whatever may have come in between. */
async function lookThenWrite(
  { bucket, nc }: { bucket: Bucket; nc: NatsConnection },
  write: Write,
): Promise<WriteOutcome> {
  const entry = await bucket.read(write.key);
  if ((entry?.revision ?? 0) !== write.expectedRevision) return { outcome: 'lost' };
  const answer = await nc.request(`$KV.onceward-runs.${write.key}`, write.value ?? '');
  return { outcome: 'won', revision: answer.json<{ seq: number }>().seq };
}

test(
  'claimants that take an unknown outcome for a lost one are found out',
  within(RACE_LIMIT_MS, async () => {
    const report = await raceOf('unknown taken for lost', ({ bucket }) => async (write) => {
      const outcome = await bucket.write(write);
      return outcome.outcome === 'unknown' ? { outcome: 'lost' } : outcome;
    });

    assert.ok(report.violations.length > 0);
  }),
);

test(
  'claimants that look first and then write without an expectation are found out',
  within(RACE_LIMIT_MS, async () => {
    const report = await raceOf(
      'looked, then wrote',
      (context) => (write) => lookThenWrite(context, write),
    );

    assert.ok(report.violations.length > 0);
    assert.ok(report.severalWinners > 0);
  }),
);

const title = 'three servers of version 2.9.10, which let several claimants win, are found out';
const old = await oldNatsServer();
if ('missing' in old) {
  process.stdout.write(`skipped: ${title} (${old.missing})\n`);
  test.skip(title, () => {});
} else {
  const { binary } = old;
  test(
    title,
    within(RACE_LIMIT_MS, async () => {
      const cluster = await startNatsCluster({ binary, syncAlways: false });

      const { history, races, stepDowns } = await raceOnCluster(cluster, { bucket: 'claims' });
      await cluster.stop();

      const what = `three servers ${cluster.version}, ${races} races, ${stepDowns} step-downs`;
      const report = reportOf(what, history, { mayLoseEarly: true });
      assert.is(cluster.version, '2.9.10');
      assert.ok(report.violations.length > 0);
      assert.ok(report.severalWinners > 0);
    }),
  );
}

test.run();
