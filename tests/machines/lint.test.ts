// The lint over the machines: on a planted machine that keeps each rule, on planted ones that break it,
// and on every machine there is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyStateMachine, assign, createMachine, fromPromise, spawnChild } from 'xstate';
import { itemMachine } from '../../machines/item/machine.ts';
import { ACTOR_KINDS, definitionOf } from '../../machines/registry.ts';
import { runMachine } from '../../machines/run/machine.ts';
import { machineProblems } from '../support/machine-lint.ts';

type Config = Record<string, unknown>;

const meta = { owner: 'somebody', reconciler: 'late wakes somebody' };
const waiting = { description: 'Waits.', meta, entry: 'armLate', on: { late: 'over' } };
const over = { description: 'Over.', type: 'final' };

function planted(states: Config, actions: Config = {}): AnyStateMachine {
  const config = { id: 'planted', context: { deadlines: {} }, initial: 'waiting', states };
  const armLate = assign(() => ({ deadlines: { late: 1 } }));
  return createMachine(config as never, { actions: { armLate, ...actions } as never });
}

function problemsOf(states: Config, more: { actions?: Config; effects?: string[] } = {}): string[] {
  const machine = planted(states, more.actions);
  return machineProblems({ machine, effects: more.effects ?? [], events: ['open', 'late'] });
}

test('a machine that keeps every rule has no problems', () => {
  assert.equal(problemsOf({ waiting, over }), []);
});

test('a state without an owner is found', () => {
  const states = { waiting: { ...waiting, meta: { reconciler: 'x' } }, over };

  assert.equal(problemsOf(states), ['planted waiting: has no owner']);
});

test('a state without a reconciler is found', () => {
  const states = { waiting: { ...waiting, meta: { owner: 'x' } }, over };

  assert.equal(problemsOf(states), ['planted waiting: has no reconciler']);
});

test('a state without a deadline is found', () => {
  const { entry: _, ...idle } = waiting;

  assert.ok(problemsOf({ waiting: idle, over }).includes('planted waiting: has no deadline'));
});

test('a state without a description is found', () => {
  assert.equal(problemsOf({ waiting, over: { type: 'final' } }), [
    'planted over: has no description',
  ]);
});

test('a deadline that nobody hears is found', () => {
  const states = { waiting: { ...waiting, on: {} }, over };

  assert.ok(
    problemsOf(states).includes('planted waiting: does not handle its deadline late'),
    problemsOf(states).join(),
  );
});

test('a state that is left at once needs nobody to look after it', () => {
  const first = { description: 'Chooses.', always: 'over' };

  assert.equal(problemsOf({ waiting, first, over }), []);
});

test('a state that is left at once only sometimes does need somebody', () => {
  const first = { description: 'Chooses.', always: { guard: 'isLucky', target: 'over' } };

  assert.equal(problemsOf({ waiting, first, over }).length, 3);
});

test('timers and invoked actors are found', () => {
  const invoke = { src: fromPromise(async () => {}) };

  assert.ok(
    problemsOf({ waiting: { ...waiting, invoke }, over }).includes(
      'planted waiting: uses invoke or after',
    ),
  );
  assert.ok(
    problemsOf({ waiting: { ...waiting, after: { 1000: 'over' } }, over }).includes(
      'planted waiting: uses invoke or after',
    ),
  );
});

test('history and parallel states are found', () => {
  const parallel = { description: 'Both.', type: 'parallel', states: {} };
  const history = { description: 'Again.', type: 'history' };

  assert.ok(problemsOf({ waiting, over, p: parallel }).includes('planted p: is a parallel state'));
  assert.ok(problemsOf({ waiting, over, h: history }).includes('planted h: is a history state'));
});

test('a spawned actor is found', () => {
  const actions = { begin: spawnChild(fromPromise(async () => {})) };
  const states = { waiting: { ...waiting, entry: ['armLate', 'begin'] }, over };

  assert.equal(problemsOf(states, { actions }), [
    'planted action begin: is neither an assign nor an effect, or both',
  ]);
});

test('an action written in place is found', () => {
  const states = { waiting: { ...waiting, entry: ['armLate', () => {}] }, over };

  assert.is(problemsOf(states).length, 1);
});

test('an exit action is found', () => {
  const states = { waiting: { ...waiting, exit: 'armLate' }, over };

  assert.equal(problemsOf(states), ['planted waiting: has the exit action armLate']);
});

test('an effect that no transition uses is found', () => {
  assert.equal(problemsOf({ waiting, over }, { effects: ['shout'] }), [
    'planted effect shout: is never used',
  ]);
});

test('an event without a schema, and a schema without a use, are found', () => {
  const states = { waiting: { ...waiting, on: { later: 'over', late: 'over' } }, over };
  const machine = planted(states);

  assert.equal(machineProblems({ machine, effects: [], events: ['open', 'late', 'never'] }), [
    'planted event later: no schema',
    'planted event never: is never handled',
  ]);
});

test('every machine there is keeps every rule', () => {
  const problems = ACTOR_KINDS.flatMap((kind) => {
    const definition = definitionOf(kind);
    if (definition === null) return [`${kind}: has no definition`];
    const { machine, effects, schemas } = definition;
    return machineProblems({
      ...{ machine, effects: Object.keys(effects), events: Object.keys(schemas) },
    });
  });

  assert.equal(problems, []);
});

test('a machine can be begun without any input, as XState does', () => {
  const contextOf = (machine: AnyStateMachine) => {
    const { context } = machine.config;
    return typeof context === 'function' ? context({ input: undefined } as never) : null;
  };

  assert.equal((contextOf(runMachine) as { deadlines: unknown }).deadlines, {});
  assert.equal((contextOf(itemMachine) as { deadlines: unknown }).deadlines, {});
});

test.run();
