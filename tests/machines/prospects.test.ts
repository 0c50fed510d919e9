// Which events an actor would accept now: asked of decide, with data to begin with.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ActorKind } from '../../machines/address.ts';
import { decide } from '../../machines/decide.ts';
import { prospectsOf, sendableEvents } from '../../machines/prospects.ts';
import { stateName } from '../../machines/record.ts';
import { ACTOR_KINDS, type ActorDefinition, definitionOf } from '../../machines/registry.ts';
import { itemSteps, runSteps } from '../support/event-sequences.ts';
import {
  advance,
  ask,
  deadline,
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  openItem,
  openRun,
  RUN,
  runOpening,
  type Step,
  type StepMaker,
  type TestActor,
  verdictOf,
} from '../support/machine-steps.ts';

const GRACE_MS = 300_000;
const KINDS = ['agent', 'external', 'approval', 'checks'] as const;

function definition(kind: ActorKind): ActorDefinition {
  const known = definitionOf(kind);
  if (known === null) throw new Error(`no machine for ${kind}`);
  return known;
}

function accepted(actor: TestActor, nowMs = OPENED_AT_MS): Record<string, string | null> {
  const { accepts } = prospectsOf(actor.stored(), nowMs);
  return Object.fromEntries(accepts.map(({ type, to }) => [type, to]));
}

function closed(actor: TestActor, type: string) {
  return prospectsOf(actor.stored(), OPENED_AT_MS).closed.find((event) => event.type === type);
}

/** A run that holds the worker's name, finalizes, and whose grace is counted from the opening. */
function finalizing(): TestActor {
  const actor = openRun();
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(ask('exited', { epoch: 1, code: 0 }));
  return actor;
}

test('what people and publishers may send to a run: no openings, no deadlines, nothing internal', () => {
  assert.equal(sendableEvents(definition('run')), [
    ...['hold', 'started', 'progress', 'exited', 'finalize-step', 'claim', 'worker-lost'],
    ...['allow', 'gone'],
  ]);
});

test('what people may send to an account: they suspend and resume it, and never draw on it', () => {
  assert.equal(sendableEvents(definition('account')), ['suspend', 'resume']);
});

test('what people may send to an item: no openings, no deadlines, nothing that only runs say', () => {
  assert.equal(sendableEvents(definition('item')), [
    ...['approve', 'reject', 'pause', 'resume', 'retry', 'cancel'],
  ]);
});

test('there is data to begin with for each of these events, and for no other', () => {
  const templates = ACTOR_KINDS.map((kind) => Object.keys(definition(kind).templates));

  assert.equal(
    templates,
    ACTOR_KINDS.map((kind) => sendableEvents(definition(kind))),
  );
});

test('a new run accepts that a worker has started or may not, and nothing else', () => {
  assert.equal(accepted(openRun()), { hold: 'running.held', started: 'running.starting' });
});

test('an event that changes no state leads nowhere', () => {
  const actor = openRun();
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(ask('progress', { epoch: 1 }));

  assert.equal(accepted(actor), {
    progress: null,
    exited: 'finalizing',
    'worker-lost': 'running.queued',
  });
});

test('before the grace is over no claim is offered: nobody is lent the name of the worker', () => {
  const refusal = closed(finalizing(), 'claim');

  assert.equal(accepted(finalizing()), { 'finalize-step': null });
  assert.equal(
    refusal?.candidates.map(({ guard, holds }) => [guard, holds]),
    [['canClaimBeforeGrace', false]],
  );
});

test('once the grace is over a claim on the present revision is offered', () => {
  const actor = finalizing();
  actor.send(deadline('grace-elapsed', OPENED_AT_MS + GRACE_MS));

  const { accepts } = prospectsOf(actor.stored(), OPENED_AT_MS + GRACE_MS);
  const claim = accepts.find(({ type }) => type === 'claim');

  assert.is(claim?.to, 'claimed');
  assert.is(claim?.data['evaluatedRevision'], actor.stored().revision);
  assert.is(claim?.data['claimant'], 'operator');
});

test('data to begin with names the present epoch', () => {
  const actor = openRun();
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(ask('worker-lost', { epoch: 1, worker: 'worker-1' }));

  const { accepts } = prospectsOf(actor.stored(), OPENED_AT_MS);

  assert.equal(
    accepts.map(({ type, data }) => [type, data['epoch']]),
    [
      ['hold', 2],
      ['started', 2],
    ],
  );
});

test('the data is told as a JSON schema in which what has a default may be left out', () => {
  const { accepts } = prospectsOf(openItem([{}]).stored(), OPENED_AT_MS);
  const schema = accepts.find(({ type }) => type === 'cancel')?.schema;

  assert.is(schema?.['type'], 'object');
  assert.equal(Object.keys(schema?.['properties'] ?? {}), ['by', 'reason']);
  assert.equal(schema?.['required'] ?? [], []);
});

test('an approval is decided through its item: its run offers no claim, the item both decisions', () => {
  const run = openRun({ kind: 'approval' });
  const item = openItem([{ kind: 'approval' }]);

  assert.equal(accepted(run), {});
  assert.match(closed(run, 'claim')?.candidates[0]?.asks ?? '', /approve or reject the item/);
  assert.equal(accepted(item), {
    approve: null,
    reject: null,
    pause: null,
    cancel: 'active.cancelling',
  });
});

test('a parked item offers what releases it', () => {
  const item = openItem([
    {
      budgets: {
        product: 1,
        infra: 1,
        inconclusive: 1,
        unobserved: 1,
        continuations: 3,
        resumes: 2,
      },
    },
  ]);
  item.send(advance('build', 1, verdictOf('product_fail')));

  assert.equal(accepted(item), { retry: 'active.working', cancel: 'cancelled' });
  assert.is(closed(item, 'resume')?.reason, 'not-now');
});

test('what has ended accepts nothing, and says so', () => {
  const item = openItem([{}]);
  item.send(advance('build', 1));

  const { accepts, closed: refused } = prospectsOf(item.stored(), OPENED_AT_MS);

  assert.equal(accepts, []);
  assert.equal([...new Set(refused.map(({ reason }) => reason))], ['finished']);
});

/** Whatever is offered is applied and leads where it says; whatever is closed is refused. */
function checkLife(actor: TestActor, address: string, steps: (Step | StepMaker)[]): void {
  for (const step of steps) {
    actor.send(step);
    const stored = actor.stored();
    const atMs = stored.record.event.atMs;
    const { accepts, closed: refused } = prospectsOf(stored, atMs);
    const event = { address, id: 'sent', atMs, door: 'ask' } as const;
    for (const { type, data, to } of accepts) {
      const decision = decide(stored, { ...event, type, data });
      assert.is(decision.outcome, 'applied');
      const led = decision.outcome === 'applied' ? stateName(decision.record.state) : '';
      assert.is(led, to ?? stateName(stored.record.state));
    }
    const kind = definition(stored.record.machine);
    assert.is(accepts.length + refused.length, sendableEvents(kind).length);
    for (const { type } of refused) {
      const data = kind.templates[type]?.(stored.record.context, stored.revision);
      const { outcome, ...why } = decide(stored, { ...event, type, data });
      assert.is(outcome, 'refused');
      // With sensible data it is never the data that is at fault.
      assert.is.not('reason' in why && why.reason, 'schema');
    }
  }
}

test('over whole lives of runs, exactly what is offered would be applied', () => {
  const kinds = fc.constantFrom(...KINDS);

  fc.assert(
    fc.property(kinds, runSteps, (kind, steps) =>
      checkLife(openActor(RUN, runOpening({ kind })), RUN, steps),
    ),
    { numRuns: 100 },
  );
});

test('over whole lives of items, exactly what is offered would be applied', () => {
  const opening = itemOpening([{ name: 'build' }, { name: 'ok', kind: 'approval' }]);

  fc.assert(
    fc.property(itemSteps, (steps) => checkLife(openActor(ITEM, opening), ITEM, steps)),
    { numRuns: 100 },
  );
});

test.run();
