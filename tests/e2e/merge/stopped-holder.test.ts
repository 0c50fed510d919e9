// Time limit: 6000 s
// Goal: whoever is stopped when it is about to move the base, and wakes up after its lease was given to another, moves
// nothing and is not listened to. Method: as in killed-holder; workers are stopped by SIGSTOP right before their push,
// or with their git while the remote has it, and woken up when the next has landed, or has only fenced the remote.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAudit } from '../../support/audit-log.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { brokenLaws } from './landing-laws.ts';
import { type MergeFleet, startMergeFleet } from './merge-fleet.ts';
import { stillnessOf } from './stillness.ts';
import { type StoppedWhere, type StopReport, stopHolders, type WokenWhen } from './stopping.ts';

const isAsked = process.env['ONCEWARD_TEST_ALL_KILLS'] === '1';
const STOPS = isAsked ? 20 : 2;
const LIMIT_MS = isAsked ? 2_900_000 : 400_000;
/** A machine that is busy with other tests says nothing of ten seconds: those are judged when asked for. */
const MOVES_WITHIN_MS = isAsked ? 10_000 : 60_000;

type Case = { where: StoppedWhere; woken: WokenWhen };

test(
  'a holder that was stopped before its push, or after it, and wakes up too late moves nothing and is not listened to',
  within(LIMIT_MS, async () => {
    const found = await stoppedIn({
      'before-landed': { where: 'before-push', woken: 'landed' },
      'before-fenced': { where: 'before-push', woken: 'fenced' },
      'after-landed': { where: 'after-push', woken: 'landed' },
    });

    assert.equal(found, []);
  }),
);

test(
  'a push that was stopped with the holder whose it is moves nothing once another has taken over',
  within(LIMIT_MS, async () => {
    const found = await stoppedIn({
      'in-landed': { where: 'in-push', woken: 'landed' },
      'in-fenced': { where: 'in-push', woken: 'fenced' },
    });

    assert.equal(found, []);
  }),
);

test.after(() => stopNatsServer());
test.run();

/** All cases at once, each with a project, a remote and workers of its own: one line for whatever is not as it must be. */
async function stoppedIn(cases: Readonly<Record<string, Case>>): Promise<string[]> {
  const fleet = await startMergeFleet(Object.keys(cases));
  try {
    const found = Object.entries(cases).map(([project, one]) => wrongIn(fleet, project, one));
    return (await Promise.all(found)).flat();
  } finally {
    await fleet.stop();
  }
}

async function wrongIn(fleet: MergeFleet, project: string, one: Case): Promise<string[]> {
  const report = await stopHolders(fleet, { ...one, project, stops: STOPS });
  const { items, tokens, movesOfWoken, endings, stoodStillMs } = report;
  const still = stillnessOf(stoodStillMs);
  const refused = await refusedTokens(fleet, project, report);
  const counts = `${tokens.length} stopped, ${items.length} landed, ${refused.length} refused`;
  process.stdout.write(`${project}: ${counts}, ${still.words}\n`);
  // Whoever stops before it can report may find out by itself that the lease is another's.
  const mustReport = one.where === 'after-push' ? tokens.length : 0;
  return [
    ...(await brokenLaws(fleet, project, items)),
    ...(refused.length >= mustReport ? [] : ['a woken one was listened to, or said nothing']),
    ...(movesOfWoken === 0 ? [] : [`${movesOfWoken} moves by the woken`]),
    ...endings.filter((ending) => ending !== 'lost').map((ending) => `a woken one has ${ending}`),
    ...(still.longestMs < MOVES_WITHIN_MS ? [] : [`${project} stood still for too long`]),
  ];
}

/** Those under which something was reported and refused. */
async function refusedTokens(
  { nc }: MergeFleet,
  project: string,
  { tokens }: StopReport,
): Promise<number[]> {
  const address = `merge.${project}.main`;
  const refused = (await readAudit(nc)).filter(
    (entry) =>
      entry.address === address && entry.reason === 'stale-epoch' && entry.type !== 'holder-lost',
  );
  return tokens.filter((token) =>
    refused.some(({ message }) => message.startsWith(`token ${token},`)),
  );
}
