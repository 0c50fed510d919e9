// Goal: whoever asks why something is stuck gets an answer and a way out, whatever state it is in. Method: records
// in every state, made by real events; every command read by a shell and the real command line, and tried.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ActorKind } from '../../../machines/address.ts';
import { decide } from '../../../machines/decide.ts';
import { graphOf } from '../../../machines/graph.ts';
import { stateName } from '../../../machines/record.ts';
import { definitionOf } from '../../../machines/registry.ts';
import { explainRun } from '../../../services/queries/why-run.ts';
import { explainUnreadable } from '../../../services/queries/why-unreadable.ts';
import type { Action } from '../../../services/queries/why-view.ts';
import type { Entry } from '../../../transport/ports.ts';
import { ask, ITEM, openRun, RUN, statesAfter } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { ACCOUNTS } from './why-account-scenarios.ts';
import { ALL, commandsOf, whyOf } from './why-all-scenarios.ts';
import { sentEvent, shellWords } from './why-command-line.ts';
import { DEPLOYMENTS } from './why-deployment-scenarios.ts';
import { ITEMS } from './why-item-scenarios.ts';
import { QUEUES } from './why-queue-scenarios.ts';
import { RUNS } from './why-run-scenarios.ts';
import {
  itemScenario,
  line,
  NOW_MS,
  presenceOf,
  runScenario,
  type Scenario,
  WORKER,
} from './why-scenarios.ts';

/** Whatever else holds: what only some records leave at once, others rest in. */
function isLeftAtOnce({ event, guard }: { event: string | null; guard: string | null }): boolean {
  return event === null && guard === null;
}

/** States that a record can rest in: leaves that are not left at once. */
function restingStates(kind: ActorKind): string[] {
  const definition = definitionOf(kind);
  if (definition === null) return [];
  const { states, transitions } = graphOf(definition.machine);
  const transient = transitions.filter(isLeftAtOnce).map(({ from }) => from);
  return states
    .filter(({ kind: shape, name }) => shape !== 'compound' && !transient.includes(name))
    .map(({ name }) => name)
    .sort();
}

function statesOf(scenarios: readonly Scenario[]): string[] {
  return [...new Set(scenarios.map(({ facts }) => stateName(facts.stored.record.state)))].sort();
}

/** What is left unsaid. */
function gapsIn({ why }: Scenario): string[] {
  const timers = why.timers.map(({ event, does }) => `${event}: ${does}`);
  const texts = [why.waitsFor, why.owner.who, why.reconciler, ...timers];
  const answers = why.actions.flatMap(({ command, does }) => [command, does]);
  const empty = [...texts, ...answers].filter((text) => text.trim() === '');
  const known = [...texts, ...answers].filter((text) =>
    /does not know|knows of|fires this/.test(text),
  );
  const raw = [...texts, ...answers].filter((text) => /null|undefined|NaN|\[object/.test(text));
  return [...empty.map(() => 'an empty text'), ...known, ...raw];
}

/** Nothing for a command that only looks, or that the record would accept. */
async function troubleWith({ facts, name, records }: Scenario, action: Action): Promise<string[]> {
  const event = await sentEvent(action.command, facts.nowMs);
  if (event === null) return [];
  const decision = decide(records.get(event.address) ?? null, event);
  if (decision.outcome === 'applied') return [];
  return [`${name}: ${action.command}: ${JSON.stringify(decision)}`];
}

async function troubles(): Promise<string[]> {
  const found: string[] = [];
  for (const scenario of ALL) {
    for (const action of scenario.why.actions) found.push(...(await troubleWith(scenario, action)));
  }
  return found;
}

test('every state that a record can rest in is explained here', () => {
  assert.equal(statesOf(RUNS), restingStates('run'));
  assert.equal(statesOf(ITEMS), restingStates('item'));
  assert.equal(statesOf(ACCOUNTS), restingStates('account'));
  assert.equal(statesOf(QUEUES), restingStates('merge'));
  assert.equal(statesOf(DEPLOYMENTS), restingStates('deployment'));
});

test('each record of this test is in the state that it is meant to be in', () => {
  const strayed = ALL.filter(({ why, state }) => why.state !== state).map(({ name }) => name);
  assert.equal(strayed, []);
});

test('no answer is empty, in no state', () => {
  assert.equal(ALL.flatMap(gapsIn), []);
});

test('every state has a command to be pasted', () => {
  const without = ALL.filter(({ why }) => why.actions.length === 0).map(({ name }) => name);
  assert.equal(without, []);
});

test(
  'every command is one that the command line understands and the record accepts',
  within(60_000, async () => {
    assert.equal(await troubles(), []);
  }),
);

test('a queued run whose pool has nobody says so, and how to start a worker', () => {
  const why = whyOf('no worker is alive');
  assert.match(why.waitsFor, /^a worker of pool default .* no worker is alive$/);
  assert.is(why.owner.isAlive, false);
  assert.is(commandsOf(why)[0], 'onceward up --role worker');
});

test('a queued run tells what waits in its queue', () => {
  const line = { pool: 'default', project: 'shop', lane: 'work', waiting: 3, underWay: 0 };
  const queues = [{ ...line, project: 'other', waiting: 9 }, line];
  const { owner } = runScenario('behind others', { state: 'running.queued', queues }).why;
  assert.match(owner.detail, /in its queue 3 waiting, 0 under way$/);
});

test('a run whose worker has lapsed offers to take it for lost', () => {
  const why = whyOf('its worker has lapsed');
  assert.match(why.waitsFor, /the presence of worker-1 has lapsed$/);
  assert.is(why.owner.isAlive, false);
  assert.match(commandsOf(why)[0] ?? '', /^onceward send shop\/7\/build\/1 worker-lost /);
});

test('without a host the first command is the one that starts one', () => {
  const why = whyOf('its back-off is over, and no host is alive');
  assert.match(why.waitsFor, /no host is alive, so nothing moves$/);
  assert.is(commandsOf(why)[0], 'onceward up --role host');
});

test('what keeps an item and its run from moving is said once', () => {
  const { waitsFor } = itemScenario('alone', { state: 'active.working', presences: [] }).why;
  assert.match(waitsFor, /running\.queued; .*no host is alive, so nothing moves$/);
  assert.is(waitsFor.split('no host is alive').length, 2);
});

test('a deadline that nobody fires is told, with the host that should, and can be fired by hand', () => {
  const why = whyOf('its lease is over');
  assert.match(why.waitsFor, /lease-elapsed is 6m10s overdue, although host host-1 should serve/);
  assert.is(commandsOf(why)[0], 'onceward send shop/7/build/1 lease-elapsed');
});

test('an item that awaits a person names the command that decides', () => {
  const why = whyOf('its budget is spent');
  assert.match(why.waitsFor, /1 of 1 product verdicts spent.*onceward retry shop\/7 releases it$/);
  assert.is(commandsOf(why)[0], 'onceward retry shop/7');
  assert.is(commandsOf(whyOf('it was paused'))[0], 'onceward resume shop/7');
});

test('a claimed run names its claimant and the revision of its claim', () => {
  const { owner, waitsFor } = whyOf('it was claimed');
  assert.is(owner.who, WORKER);
  assert.match(owner.detail, /revision 15 \(fencing token\)/);
  assert.match(waitsFor, /^item shop\/7 to move on with pass \(gates\)/);
});

test('a claim that lost is listed with the revision that it met', () => {
  const lost = line({
    outcome: 'refused',
    reason: 'revision',
    claimant: 'late',
    from: 'finalizing',
  });
  const repeated = line({ type: 'started', outcome: 'repeated', revision: 6 });
  const audit = [line({ type: 'exited', revision: 12 }), repeated, lost, line({ revision: 15 })];
  const { lostClaims } = runScenario('lost', { state: 'running.queued', audit }).why;
  assert.equal(
    lostClaims.map(({ claimant, foundRevision }) => [claimant, foundRevision]),
    [['late', 12]],
  );
});

test('a claim that was malformed has lost nothing', () => {
  const audit = [line({ outcome: 'refused', reason: 'schema' })];
  assert.equal(runScenario('malformed', { state: 'running.queued', audit }).why.lostClaims, []);
});

test('the last refusal shows the guards that were closed to it', () => {
  const steps = [
    ask('started', { epoch: 1, worker: WORKER, machine: 'm1' }),
    ask('progress', { epoch: 1 }),
    ask('exited', { epoch: 1, code: 0 }),
  ];
  const refused = {
    outcome: 'refused',
    reason: 'not-now',
    from: 'finalizing',
    claimant: 'reaper-1',
  };
  const audit = [line({ type: 'exited', revision: 12 }), line(refused)];
  const { lastRefused } = runScenario('early', { state: 'finalizing', steps, audit }).why;
  assert.equal(
    lastRefused?.candidates.map(({ to, guard, holds }) => [to, guard, holds]),
    [['claimed', 'canClaimBeforeGrace', false]],
  );
});

test('a refusal of an earlier state is shown without guards: they were others', () => {
  const refused = {
    outcome: 'refused',
    reason: 'not-now',
    from: 'finalizing',
    claimant: 'reaper-1',
  };
  const audit = [line(refused), line({ type: 'claim', revision: 15 })];
  const { lastRefused } = runScenario('before', { state: 'running.queued', audit }).why;
  assert.is(lastRefused?.claimant, 'reaper-1');
  assert.equal(lastRefused?.candidates, []);
});

test('what others wrote cannot break out of a command', () => {
  const worker = "w'; touch /tmp/x #\n\u001b[31m`id`$(id)\u202e";
  const actor = openRun();
  statesAfter(actor, ask('started', { epoch: 1, worker }), ask('progress', { epoch: 1 }));
  const facts = {
    ...{ nowMs: NOW_MS, presences: [presenceOf('host', 'host-1')], partitions: 4 },
    queues: null,
  };
  const stored = actor.stored();
  const known = { ...facts, audit: [], notes: [], address: RUN, stored, isArchived: false };
  const [first] = explainRun({ ...known, item: null }).actions;
  const words = shellWords(first?.command ?? '');
  assert.equal(words.slice(0, 4), ['onceward', 'send', 'shop/7/build/1', 'worker-lost']);
  assert.is(JSON.parse(words[5] ?? '').worker, worker);
  assert.match(first?.command ?? '', /^[\x20-\x7e]*$/);
});

test('a record of a newer version, or a broken one, is answered honestly', () => {
  const entry: Entry = { key: 'shop.7', value: '{}', revision: 9, storedAtMs: NOW_MS };
  const known = { nowMs: NOW_MS, presences: [], partitions: 4, queues: null, audit: [], notes: [] };
  const about = { ...known, entry, isArchived: false, address: ITEM };
  const loaded = (status: 'newer' | 'corrupt') => ({ status, message: 'envelope version 2' });
  const newer = explainUnreadable({ ...about, loaded: loaded('newer') });
  const corrupt = explainUnreadable({ ...about, loaded: loaded('corrupt'), address: RUN });
  assert.match(newer.waitsFor, /newer version that wrote its record.*: envelope version 2$/);
  assert.match(corrupt.waitsFor, /cannot be read and is left untouched: envelope version 2$/);
  assert.ok(newer.actions.length > 0 && corrupt.actions.length > 0);
});

test.run();
