// Records of before accounts are lifted when they are read, and are decided like any other.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../machines/decide.ts';
import { type ActorRecord, decodeRecord, type Stored, stateName } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import {
  advance,
  ask,
  ITEM,
  openItem,
  openRun,
  RUN,
  type Step,
  type TestActor,
  usageOf,
  verdictOf,
} from '../support/machine-steps.ts';

type Json = Record<string, unknown>;

const NEW_IN_STAGE = ['caps', 'agent', 'interruptGraceMs'];
const NEW_IN_BUDGETS = ['continuations', 'resumes'];
const NEW_IN_LIMITS = ['capDecisionMs', 'outageBackoffMs', 'outageBackoffCapMs'];
const NEW_IN_RUN = [
  ...['dailyCaps', 'dailyCapsSinceMs', 'watermarkAtMs', 'workingSinceMs', 'workSha', 'session'],
  ...['usage', 'usageBefore', 'drawn', 'grants', 'hold'],
];
const NEW_IN_ITEM = ['capGrants', 'sessions'];

function without(given: unknown, names: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(given as Json).filter(([name]) => !names.includes(name)),
  );
}

function stageOfBefore(stage: unknown): Json {
  const { budgets } = stage as Json;
  return { ...without(stage, NEW_IN_STAGE), budgets: without(budgets, NEW_IN_BUDGETS) };
}

/** As version 1 wrote it, read by the present version. */
function liftedFrom(actor: TestActor, contextOf: (context: Json) => Json): Stored {
  const { record, revision } = actor.stored();
  const text = JSON.stringify({
    ...{ ...record, machineVersion: 1 },
    context: contextOf(record.context),
  });
  const decoded = decodeRecord(text, definitionOf);
  if (decoded.outcome !== 'ok') throw new Error(decoded.message);
  return { record: decoded.record, revision };
}

const runOfBefore = (context: Json): Json => ({
  ...without(context, NEW_IN_RUN),
  stage: stageOfBefore(context['stage']),
  limits: without(context['limits'], NEW_IN_LIMITS),
});

const itemOfBefore = (context: Json): Json => {
  const { stages, limits, ...pipeline } = context['pipeline'] as Json & { stages: unknown[] };
  return {
    ...without(context, NEW_IN_ITEM),
    pipeline: {
      ...without(pipeline, ['caps', 'dailyCaps']),
      stages: stages.map(stageOfBefore),
      limits: without(limits, NEW_IN_LIMITS),
    },
  };
};

function after(address: string, stored: Stored, step: Step): ActorRecord {
  const decision = decide(stored, { address, id: 'next', ...step, atMs: step.atMs ?? 2_000_000 });
  if (decision.outcome !== 'applied') throw new Error(JSON.stringify(decision));
  return decision.record;
}

function working(): TestActor {
  const actor = openRun();
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(ask('progress', { epoch: 1, outputBytes: 7 }));
  return actor;
}

test('a run of before is what it was, with nothing used and nothing capped', () => {
  const { record } = liftedFrom(working(), runOfBefore);
  const { outputBytes, worker, usage, drawn, grants, hold, stage } = runContextOf(record);

  assert.is(record.machineVersion, definitionOf('run')?.version);
  assert.equal([outputBytes, worker], [7, 'worker-1']);
  assert.equal([usage, drawn, grants, hold, stage.caps], [null, null, 0, null, {}]);
});

test('a worker of today may report what a run of before has used', () => {
  const stored = liftedFrom(working(), runOfBefore);
  const report = ask('progress', { epoch: 1, usage: { turns: 3 } });

  const next = after(RUN, stored, report);

  assert.is(stateName(next.state), 'running.working');
  assert.equal(runContextOf(next).drawn, usageOf({ turns: 3 }));
  assert.equal(
    next.outbox.map(({ effect }) => effect.type === 'tell' && effect.event),
    ['open', 'draw'],
  );
});

test('a worker of before may report to a run of today: it says nothing of what was used', () => {
  const next = after(RUN, working().stored(), ask('exited', { epoch: 1, code: 0 }));

  assert.is(stateName(next.state), 'finalizing');
  assert.is(runContextOf(next).usage, null);
});

test('a budget that an item of before does not name is the usual one, and ends', () => {
  const item = openItem([{ name: 'build', kind: 'command' }]);
  const limited = verdictOf('inconclusive', { cause: 'turn-limit' });
  let stored = liftedFrom(item, itemOfBefore);

  for (const attempt of [1, 2, 3]) {
    const step = advance('build', attempt, limited, { charge: 'continuations' });
    const record = after(ITEM, stored, { ...step, id: `advance-${attempt}` });
    stored = { record: { ...record, outbox: [] }, revision: stored.revision + 1 };
  }

  assert.is(stateName(stored.record.state), 'parked');
});

test('what nobody can understand is left as it stands', () => {
  const broken = (context: Json): Json => ({ ...context, stage: 7, limits: null });

  const { record } = liftedFrom(working(), broken);

  assert.equal([record.context['stage'], record.context['limits']], [7, null]);
});

test.run();
