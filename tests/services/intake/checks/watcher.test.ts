// One look at the checks of a run: what is reported, in which order things are done, and when it is looked again.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digestOf } from '../../../../services/intake/checks/digest.ts';
import {
  createCheckWatcher,
  type ReportOutcome,
  type SeenReport,
  type VerdictReport,
  type WatchedRun,
} from '../../../../services/intake/checks/watcher.ts';
import type { Check, CommitChecks } from '../../../../transport/forge/forge.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';
import { check, checks, PUSHED_AT_MS, RULES, SHA } from './check-facts.ts';

const ADDRESS = 'run.shop.7.ci.1';
const CANCELLED = checks('build cancelled, lint cancelled');
const HOUR_MS = 3_600_000;

interface World {
  found?: readonly Check[];
  /** What the record answers to a report of what was seen. */
  answer?: ReportOutcome;
  protection?: readonly string[] | null;
  rerunError?: Error;
}

function setup(world: World = {}) {
  const clock = createVirtualClock({ startsAtMs: PUSHED_AT_MS + HOUR_MS });
  const acts: string[] = [];
  const told: { seen: SeenReport[]; verdicts: VerdictReport[] } = { seen: [], verdicts: [] };
  const state = { found: world.found ?? [], answer: world.answer ?? ('applied' as const) };
  const forge = {
    async checks(sha: string): Promise<CommitChecks> {
      acts.push(`read ${sha.slice(0, 4)}`);
      return { sha, checks: state.found };
    },
    async requiredChecks(branch: string) {
      acts.push(`protection of ${branch}`);
      return world.protection ?? null;
    },
    async rerun(target: { id: string }) {
      acts.push(`rerun ${target.id}`);
      if (world.rerunError !== undefined) throw world.rerunError;
    },
  };
  const reports = {
    async seen(report: SeenReport) {
      acts.push(`seen, ${report.reruns} re-runs`);
      told.seen.push(report);
      return state.answer;
    },
    async verdict(report: VerdictReport): Promise<ReportOutcome> {
      acts.push(`verdict ${report.verdict.cause}`);
      told.verdicts.push(report);
      return 'applied';
    },
  };
  const watcher = createCheckWatcher({ forge, reports, clock });
  return { acts, told, state, clock, watcher };
}

function run(fields: Partial<WatchedRun> = {}): WatchedRun {
  return {
    ...{ address: ADDRESS, headSha: SHA, baseBranch: 'main', pushedAtMs: PUSHED_AT_MS, seen: null },
    ...{ rules: { ...RULES, required: ['build', 'lint'] }, ...fields },
  };
}

function seenAs(found: readonly Check[], atMs: number, reruns = 0, sha = SHA) {
  return { sha, digest: digestOf({ sha, checks: found }), changedAtMs: atMs, reruns };
}

test(
  'a re-run is recorded before it is asked for',
  within(5_000, async () => {
    const { watcher, acts, told } = setup({ found: CANCELLED });

    const look = await watcher.look(run());

    const asked = ['rerun run-of-build', 'rerun run-of-lint'];
    assert.equal(acts, ['read 0123', 'seen, 1 re-runs', ...asked]);
    assert.equal([look.outcome, look.againInMs], ['rerun', 10_000]);
    assert.is(told.seen[0]?.id, `${ADDRESS}:rerun:0123456789ab:1`);
  }),
);

test(
  'a re-run that somebody else has recorded is not asked for',
  within(5_000, async () => {
    const { watcher, acts } = setup({ found: CANCELLED, answer: 'repeat' });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 1 re-runs']);
    assert.is(look.outcome, 'waiting');
  }),
);

test(
  'a re-run that the record refuses is not asked for',
  within(5_000, async () => {
    const { watcher, acts } = setup({ found: CANCELLED, answer: 'refused' });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 1 re-runs']);
    assert.equal([look.outcome, look.againInMs], ['refused', null]);
  }),
);

test(
  'a re-run that fails is told, and does not keep the others from being asked for',
  within(5_000, async () => {
    const error = new Error('the forge is away');
    const { watcher, acts } = setup({ found: CANCELLED, rerunError: error });

    const look = await watcher.look(run());

    assert.equal(look.problems, [error, error]);
    assert.equal(acts.slice(2), ['rerun run-of-build', 'rerun run-of-lint']);
  }),
);

test(
  'a re-run that is recorded and not yet seen is not asked for again',
  within(5_000, async () => {
    const { watcher, acts, clock } = setup({ found: CANCELLED });
    const seen = seenAs(CANCELLED, clock.nowMs() - 60_000, 1);

    const look = await watcher.look(run({ seen }));

    assert.equal(acts, ['read 0123']);
    assert.is(look.againInMs, 60_000);
  }),
);

test(
  'what has changed is reported, what has not is not',
  within(5_000, async () => {
    const { watcher, told, state, clock } = setup({ found: checks('build pending') });
    const seen = seenAs(state.found, clock.nowMs() - 5_000);

    await watcher.look(run({ seen }));
    state.found = checks('build ok');
    await watcher.look(run({ seen }));

    assert.is(told.seen.length, 1);
    assert.equal(told.seen[0], {
      ...seenAs(state.found, clock.nowMs()),
      ...{ id: told.seen[0]?.id, address: ADDRESS },
      summary: 'nothing has failed; not there yet: lint',
    });
  }),
);

test(
  'a verdict is sent once what was seen is on record',
  within(5_000, async () => {
    const { watcher, acts, told } = setup({ found: checks('build ok, lint ok') });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 0 re-runs', 'verdict checks-passed']);
    assert.equal([look.outcome, look.againInMs], ['verdict', null]);
    assert.is(told.verdicts[0]?.id, `${ADDRESS}:verdict:0123456789ab`);
  }),
);

test(
  'a run that refuses what was seen gets no verdict',
  within(5_000, async () => {
    const { watcher, acts } = setup({ found: checks('build ok, lint ok'), answer: 'refused' });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 0 re-runs']);
    assert.is(look.outcome, 'refused');
  }),
);

test(
  'what was seen of another commit counts for nothing',
  within(5_000, async () => {
    const { watcher, told } = setup({ found: CANCELLED });
    const seen = seenAs(CANCELLED, PUSHED_AT_MS, 2, 'f'.repeat(40));

    await watcher.look(run({ seen }));

    assert.is(told.seen[0]?.reruns, 1);
  }),
);

test(
  'two that look at the same record report the same under one id',
  within(5_000, async () => {
    const { watcher, told, clock } = setup({ found: checks('build pending') });

    await watcher.look(run());
    await clock.advance(1_000);
    await watcher.look(run());

    assert.is(told.seen[0]?.id, told.seen[1]?.id);
  }),
);

test(
  'a state that comes back is reported under another id',
  within(5_000, async () => {
    const { watcher, told, state } = setup({ found: checks('build pending') });
    const other = checks('build ok');

    await watcher.look(run({ seen: seenAs(other, 1) }));
    await watcher.look(run({ seen: seenAs(other, 2) }));

    assert.is(told.seen.length, 2);
    assert.is.not(told.seen[0]?.id, told.seen[1]?.id);
    assert.is(state.found.length, 1);
  }),
);

test(
  'looks grow rarer while nothing changes, up to two minutes',
  within(5_000, async () => {
    const { watcher, clock, state } = setup({ found: checks('build pending') });
    const after = async (quietMs: number) => {
      const seen = seenAs(state.found, clock.nowMs() - quietMs);
      return (await watcher.look(run({ seen }))).againInMs;
    };

    const waits = [await after(0), await after(10_000), await after(30_000), await after(600_000)];

    assert.equal(waits, [10_000, 20_000, 40_000, 120_000]);
    assert.is((await watcher.look(run())).againInMs, 10_000);
  }),
);

test(
  'a look comes no later than time alone changes the answer',
  within(5_000, async () => {
    const { watcher, clock, state } = setup({ found: checks('build pending') });
    const seen = seenAs(state.found, clock.nowMs() - HOUR_MS + 5_000);

    assert.is((await watcher.look(run({ seen }))).againInMs, 5_000);
  }),
);

test(
  'branch protection is asked once in five minutes, and not where checks are declared',
  within(5_000, async () => {
    const { watcher, acts, clock } = setup({ protection: ['build'] });
    const undeclared = run({ rules: RULES });

    await watcher.look(run());
    await watcher.look(undeclared);
    await watcher.look(undeclared);
    await clock.advance(300_000);
    await watcher.look(undeclared);

    assert.is(acts.filter((act) => act === 'protection of main').length, 2);
  }),
);

test(
  'what branch protection requires is waited for',
  within(5_000, async () => {
    const { watcher } = setup({ found: [check('lint')], protection: ['build'] });

    const look = await watcher.look(run({ rules: RULES }));

    assert.is(look.reason, 'nothing has failed; not there yet: build');
  }),
);

test(
  'no id is longer than an id may be, however long the address is',
  within(5_000, async () => {
    const { watcher, told } = setup({ found: CANCELLED });
    const name = 'n'.repeat(64);
    const address = `run.${name}.${name}.${name}.1000`;

    await watcher.look(run({ address }));
    await watcher.look(run({ address, rules: { ...RULES, required: ['e2e'] } }));

    assert.equal(
      told.seen.map(({ id }) => id.length <= 256),
      [true, true],
    );
  }),
);

test.run();
