// The audit of a chaos run finds what it is there for: each test doctors a history that is in order, and the
// line that must notice does, by name.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemContext } from '../../machines/item/context.ts';
import { initialRunContext, type RunContext } from '../../machines/run/context.ts';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { auditChaos } from './audit.ts';
import type { ChaosHistory, ItemHistory, RunHistory } from './history.ts';

const GRACE_MS = 12_000;
const EXITED_AT_MS = 1_000;
const PASS = {
  kind: 'pass',
  cause: 'exit-code',
  summary: '',
  headSha: null,
  isLanded: true,
} as const;

test('a history in which everything happened once has no problem', () => {
  assert.equal(problemsOf(history()), []);
});

test('an item that is nowhere to be found is reported', () => {
  assert.equal(problemsOf({ ...history(), items: new Map(), runs: [] }), [
    'shop/1: submitted, and nowhere to be found',
  ]);
});

test('an item that is still under way is reported', () => {
  assert.equal(problemsOf(history({ item: { state: 'active.working' } })), [
    'shop/1: still active.working',
  ]);
});

test('a parked item counts as found, when it says why', () => {
  const parking = {
    reason: 'budget-exhausted',
    message: '3 of 3',
    release: 'retry',
    atMs: 1,
  } as const;

  assert.equal(problemsOf(history({ item: { state: 'parked', parking } })), []);
  assert.equal(problemsOf(history({ item: { state: 'parked', parking: null } })), [
    'shop/1: parked without a reason',
  ]);
});

test('an item that nobody submitted is reported', () => {
  assert.equal(problemsOf({ ...history(), submitted: [] }), ['shop/1: nobody submitted it']);
});

test('a stage that advanced its item twice is reported', () => {
  const runs = [ended('build', 1), ended('build', 1), ended('release', 1)];

  const problems = problemsOf(history({ item: { runs } }));

  assert.ok(problems.includes('shop/1: build.1 advanced 2 times'), problems.join('\n'));
});

test('a run that was opened beside the path of its item is reported', () => {
  const given = history();
  const second = run({ stage: 'release', attempt: 2 });

  assert.equal(problemsOf({ ...given, runs: [...given.runs, second] }), [
    "shop/1: release.2 exists beside the item's path",
  ]);
});

test('a turn that no verdict led to is reported', () => {
  const runs = [ended('build', 1), ended('build', 2)];
  const given = history({ item: { runs } });

  const problems = problemsOf({ ...given, runs: [run({}), run({ attempt: 2 })] });

  assert.equal(problems, ['shop/1: run 2 is at build, expected release']);
});

test('a run that another claimed than the one that advanced is reported', () => {
  const given = history();
  const stolen = run({ claimant: 'worker-b', worker: 'worker-b' });

  assert.equal(problemsOf({ ...given, runs: [stolen, run({ stage: 'release' })] }), [
    'shop/1: build.1 was claimed by worker-b, and advanced by worker-a',
  ]);
});

test('an item that forgot an ended run is reported', () => {
  const sightings = new Map([['shop/1', [['build.1'], ['build.1', 'release.1'], ['build.1']]]]);

  assert.equal(problemsOf({ ...history(), sightings }), [
    'shop/1: forgot an ended run: build.1 release.1, then build.1',
  ]);
});

test('a run that was claimed twice is reported, an entry that was sent twice is not', () => {
  const first = claimEntry('worker-a', 7);

  assert.equal(problemsOf({ ...history(), audit: [first, first] }), []);
  assert.equal(problemsOf({ ...history(), audit: [first, claimEntry('worker-b', 9)] }), [
    'run.shop.1.build.1: claimed 2 times in the audit: worker-a at 7, worker-b at 9',
  ]);
});

test('an event that was decided on an older record than the one it replaced is reported', () => {
  const given = history();
  const atMs = 2_000;
  const steps = [
    { revision: 6, state: 'claimed', event: 'claim', atMs, by: 'host-2' },
    { revision: 7, state: 'claimed', event: 'claim', atMs, by: 'host-1' },
  ];
  const inOrder = [{ ...steps[0], state: 'finalizing', event: 'exited' }, steps[1]] as typeof steps;
  const runs = (known: typeof steps) => [run({ steps: known }), run({ stage: 'release' })];

  assert.equal(problemsOf({ ...given, runs: runs(inOrder) }), []);
  assert.equal(problemsOf({ ...given, runs: runs(steps) }), [
    'run.shop.1.build.1: host-1 applied claim at 7 to finalizing (claimed), there stood claimed',
  ]);
});

test('an agent that was started twice for one epoch is reported', () => {
  const start = { project: 'shop', item: '1', stage: 'build', attempt: 1, epoch: 1 };

  assert.equal(problemsOf({ ...history(), starts: [start, { ...start, epoch: 2 }] }), []);
  assert.equal(problemsOf({ ...history(), starts: [start, start] }), [
    'shop/1 build.1, epoch 1: its agent was started 2 times',
  ]);
});

test('a commit that landed twice, and a finished item without one, are reported', () => {
  const landed = (...subjects: string[]) => ({
    ...history(),
    landings: new Map([['shop', subjects]]),
  });

  assert.equal(problemsOf(landed('1', '1')), ['shop/1: landed 2 times']);
  assert.equal(problemsOf(landed()), ['shop/1: done, and never landed']);
});

test('a take-over before the grace is reported, one after it is not', () => {
  const takenAt = (claimedAtMs: number) => {
    const taken = run({ claimant: 'worker-b', claimedAtMs });
    const item = { runs: [{ ...ended('build', 1), claimant: 'worker-b' }, ended('release', 1)] };
    return problemsOf({ ...history({ item }), runs: [taken, run({ stage: 'release' })] });
  };

  assert.equal(takenAt(EXITED_AT_MS + GRACE_MS), []);
  assert.equal(takenAt(EXITED_AT_MS + GRACE_MS - 1), [
    'run.shop.1.build.1: worker-b took it from worker-a after 11999 ms, the grace is 12000 ms',
  ]);
});

test('the grace is counted from the last step of the finalization', () => {
  const step = {
    revision: 3,
    state: 'finalizing',
    event: 'finalize-step',
    atMs: 9_000,
    by: 'host',
  };
  const taken = run({ claimant: 'worker-b', claimedAtMs: EXITED_AT_MS + GRACE_MS, steps: [step] });
  const item = { runs: [{ ...ended('build', 1), claimant: 'worker-b' }, ended('release', 1)] };

  assert.equal(problemsOf({ ...history({ item }), runs: [taken, run({ stage: 'release' })] }), [
    'run.shop.1.build.1: worker-b took it from worker-a after 4000 ms, the grace is 12000 ms',
  ]);
});

test('a process that an agent left behind is reported', () => {
  const strays = [{ pid: 4711, command: 'sleep 900', item: '1' }];

  assert.equal(problemsOf({ ...history(), strays }), ['process 4711 of item 1: sleep 900']);
});

test('a host that ended by itself, and one that would not stop, are reported', () => {
  assert.equal(problemsOf({ ...history(), crashes: ['host-1'], unstopped: ['host-2'] }), [
    'host-1',
    'host-2',
  ]);
});

test.run();

function problemsOf(given: ChaosHistory): string[] {
  return auditChaos(given).flatMap(({ problems }) => problems);
}

function history({ item = {} }: { item?: Partial<ItemHistory> } = {}): ChaosHistory {
  const runs = [ended('build', 1), ended('release', 1)];
  const whole: ItemHistory = {
    ...{ project: 'shop', item: '1', state: 'done', runs, current: null, parking: null, steps: [] },
    ...item,
  };
  return {
    submitted: ['shop/1'],
    items: new Map([['shop/1', whole]]),
    runs: [run({}), run({ stage: 'release' })],
    audit: [claimEntry('worker-a', 7)],
    starts: [],
    landings: new Map([['shop', ['1']]]),
    stages: new Map([['shop', ['build', 'release']]]),
    sightings: new Map([['shop/1', [[], ['build.1'], ['build.1', 'release.1']]]]),
    ...{ strays: [], crashes: [], unstopped: [] },
  };
}

function ended(stage: string, attempt: number): ItemContext['runs'][number] {
  return { stage, attempt, claimant: 'worker-a', verdict: PASS, atMs: 2_000 };
}

interface RunOptions {
  stage?: string;
  attempt?: number;
  claimant?: string;
  worker?: string;
  claimedAtMs?: number;
  steps?: RunHistory['steps'];
}

/** A run of worker-a that exited at 1 000 ms and has advanced. */
function run(options: RunOptions): RunHistory {
  const { stage = 'build', attempt = 1, claimant = 'worker-a', worker = 'worker-a' } = options;
  const { claimedAtMs = 2_000, steps = [] } = options;
  const blank = initialRunContext(undefined);
  const context: RunContext = {
    ...blank,
    stage: { ...blank.stage, name: stage, kind: 'agent' },
    worker,
    exit: { code: 0, signal: null, cause: 'exit-code', atMs: EXITED_AT_MS },
    claim: { claimant, verdict: PASS, evaluatedRevision: 1, atMs: claimedAtMs },
  };
  const address = `run.shop.1.${stage}.${attempt}`;
  const place = { address, project: 'shop', item: '1', stage, attempt };
  return { ...place, state: 'advanced', context, graceMs: GRACE_MS, steps };
}

function claimEntry(claimant: string, revision: number): AuditEntry {
  return {
    ...{ atMs: 2_000, address: 'run.shop.1.build.1', id: `claim:${claimant}`, type: 'claim' },
    ...{ door: 'ask', outcome: 'applied', from: 'finalizing', to: 'claimed', revision, claimant },
    ...{ reason: null, message: '', by: 'host-1' },
  };
}
