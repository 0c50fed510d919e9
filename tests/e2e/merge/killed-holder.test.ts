// Time limit: 6000 s
// Goal: whoever carries a merge queue may be killed at any step, and each item is merged once, tested as it is merged,
// and the queue moves on within 10 s. Method: hosts and workers as processes of their own, a real server and remotes;
// each worker kills itself by SIGKILL at a named place, and is followed by the next.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { type KillReport, killHolders } from './killing.ts';
import { brokenLaws } from './landing-laws.ts';
import { startMergeFleet } from './merge-fleet.ts';
import { stillnessOf } from './stillness.ts';

const isAsked = process.env['ONCEWARD_TEST_ALL_KILLS'] === '1';
const KILLS = isAsked ? 20 : 2;
const LIMIT_MS = isAsked ? 2_900_000 : 400_000;
/** A machine that is busy with other tests says nothing of ten seconds: those are judged when asked for. */
const MOVES_WITHIN_MS = isAsked ? 10_000 : 60_000;

interface Outcome {
  place: string;
  hasAllKills: boolean;
  brokenLaws: string[];
  longestMs: number;
}

test(
  'killed before or after it takes the lease, when it prepares or when it tests, nothing is merged twice or untested',
  within(LIMIT_MS, async () => {
    const outcomes = await killedAt({
      offered: 'merge-job',
      taken: 'merge-taken',
      preparing: 'merge-preparing',
      validating: 'merge-validating',
    });

    assert.equal(outcomes.filter(isBroken), []);
  }),
);

test(
  'killed before the push, after it, or when it reads the base back, nothing is merged twice or untested',
  within(LIMIT_MS, async () => {
    const outcomes = await killedAt({
      merging: 'merge-merging',
      landed: 'merge-landed',
      verifying: 'merge-verifying',
      verified: 'merge-verified',
    });

    assert.equal(outcomes.filter(isBroken), []);
  }),
);

test.after(() => stopNatsServer());
test.run();

/** All places at once, each with a project, a remote and workers of its own. */
async function killedAt(points: Readonly<Record<string, string>>): Promise<Outcome[]> {
  const places = Object.keys(points);
  const fleet = await startMergeFleet(places);
  const found = Promise.all(
    Object.entries(points).map(async ([project, point]) => {
      const report = await killHolders(fleet, { project, point, kills: KILLS });
      const { kills, items, stoodStillMs } = report;
      const { words } = stillnessOf(stoodStillMs);
      process.stdout.write(`${project}: ${kills} killed, ${items.length} landed, ${words}\n`);
      return outcomeOf(project, report, await brokenLaws(fleet, project, report.items));
    }),
  );
  return found.finally(() => fleet.stop());
}

function outcomeOf(place: string, report: KillReport, broken: string[]): Outcome {
  const { kills, stoodStillMs } = report;
  return {
    place,
    hasAllKills: kills >= KILLS,
    brokenLaws: broken,
    longestMs: stillnessOf(stoodStillMs).longestMs,
  };
}

function isBroken({ hasAllKills, brokenLaws: broken, longestMs }: Outcome): boolean {
  return !hasAllKills || broken.length > 0 || longestMs >= MOVES_WITHIN_MS;
}
