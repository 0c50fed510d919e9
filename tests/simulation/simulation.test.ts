// Time limit: 1200 s
// The laws hold in ten thousand simulated worlds, and those worlds are worth something: every fault struck, every
// state and verdict was reached, and a seed always tells the same story.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accountMachine } from '../../machines/account/machine.ts';
import { deploymentMachine } from '../../machines/deployment/machine.ts';
import { graphOf } from '../../machines/graph.ts';
import { itemMachine } from '../../machines/item/machine.ts';
import { mergeMachine } from '../../machines/merge/machine.ts';
import { runMachine } from '../../machines/run/machine.ts';
import { VERDICT_KINDS } from '../../machines/verdict.ts';
import { within } from '../support/within.ts';
import { runSeeds } from './fan-out.ts';
import { DEFAULT_FAULTS, FAULT_KINDS } from './fault.ts';
import { finalLine, violationText } from './report.ts';

const SEEDS = 10_000;
/** Far more than it takes alone on two cores: it must not fail because the machine is busy. */
const LIMIT_MS = 1_080_000;

/** Through `opening` an item only passes. */
const PASSED_THROUGH = ['item opening'];

function statesOf(machine: Parameters<typeof graphOf>[0]): string[] {
  const { id, states } = graphOf(machine);
  const lasting = states.filter(({ kind }) => kind === 'leaf' || kind === 'final');
  return lasting.map(({ name }) => `${id} ${name}`);
}

test(
  `no law is broken in ${SEEDS} worlds, in which every fault strikes and every state is reached`,
  within(LIMIT_MS, async () => {
    const startedMs = performance.now();
    const summary = await runSeeds({ from: 1, count: SEEDS, faults: DEFAULT_FAULTS });
    const violated = summary.shown === null ? '' : violationText(summary.shown, DEFAULT_FAULTS);
    process.stdout.write(`${finalLine(summary, (performance.now() - startedMs) / 1_000)}\n`);

    assert.is(violated, '');
    assert.is(summary.seeds, SEEDS);
    const idle = DEFAULT_FAULTS.filter((kind) => (summary.faults[kind] ?? 0) === 0);
    assert.equal(idle, []);
    const wanted = [
      ...statesOf(runMachine),
      ...statesOf(itemMachine).filter((state) => !PASSED_THROUGH.includes(state)),
      ...statesOf(accountMachine),
      ...statesOf(mergeMachine),
      ...statesOf(deploymentMachine).filter((state) => state !== 'deployment settled'),
      ...VERDICT_KINDS.map((kind) => `verdict ${kind}`),
      ...['write lost', 'batch won', 'job redelivered', 'answered as a repeat'],
      ...['stale-epoch', 'not-now', 'revision', 'finished'].map((reason) => `refused ${reason}`),
    ];
    assert.equal(
      wanted.filter((name) => summary.reached[name] === undefined),
      [],
    );
  }),
);

test(
  'a seed tells the same story every time, whoever else is simulated beside it',
  within(60_000, async () => {
    const asked = { from: 100, count: 24, faults: DEFAULT_FAULTS, isDigested: true };
    const [first, second] = [await runSeeds(asked), await runSeeds({ ...asked, processes: 1 })];

    assert.is(first.digests.length, 24);
    assert.equal(first.digests, second.digests);
    assert.is(new Set(first.digests.map(([, digest]) => digest)).size, 24);
  }),
);

test(
  'what a record says of itself holds even where the server loses stored records',
  within(60_000, async () => {
    const faults = FAULT_KINDS;
    const summary = await runSeeds({ from: 1, count: 200, faults });
    const violated = summary.shown === null ? '' : violationText(summary.shown, faults);

    assert.is(violated, '');
    assert.ok((summary.faults['unsynced-records'] ?? 0) > 0);
  }),
);

test.run();
