// A machine as plain data, and the two ways it is written down.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assign, createMachine } from 'xstate';
import { graphOf, renderMermaid, renderTransitionTable } from '../../machines/graph.ts';
import { runMachine } from '../../machines/run/machine.ts';

const machine = createMachine(
  {
    id: 'door',
    context: { deadlines: {} },
    initial: 'open',
    states: {
      open: {
        initial: 'wide',
        states: {
          wide: {
            description: 'Wide open.',
            meta: { owner: 'the wind', reconciler: 'the porter' },
            entry: ['armDraught', 'greet'],
            on: {
              draught: { target: '#door.shut', actions: 'bang' },
              knock: { actions: 'greet' },
            },
          },
          ajar: { always: { guard: 'isWindy', target: 'wide' }, on: { draught: '#door.shut' } },
        },
        on: { push: { guard: 'isStrong', target: 'shut' } },
      },
      shut: { type: 'final' },
    },
  },
  { actions: { armDraught: assign(() => ({ deadlines: { draught: 1 } })) } },
);

test('a state carries its name, its parent and who looks after it', () => {
  const graph = graphOf(machine);

  assert.is(graph.initial, 'open');
  assert.equal(
    graph.states.map(({ name, parent, kind }) => [name, parent, kind]),
    [
      ['open', null, 'compound'],
      ['open.wide', 'open', 'leaf'],
      ['open.ajar', 'open', 'leaf'],
      ['shut', null, 'final'],
    ],
  );
  assert.equal(graph.states[1], {
    ...{ name: 'open.wide', parent: 'open', kind: 'leaf', initial: null },
    ...{ description: 'Wide open.', owner: 'the wind', reconciler: 'the porter' },
    ...{ entry: ['armDraught', 'greet'], exit: [], hasOwnLife: false },
    deadlines: [{ event: 'draught', armedBy: 'armDraught' }],
  });
});

test('a transition carries its event, guard, target and actions', () => {
  assert.equal(graphOf(machine).transitions, [
    { from: 'open', event: 'push', guard: 'isStrong', to: 'shut', actions: [] },
    { from: 'open.wide', event: 'draught', guard: null, to: 'shut', actions: ['bang'] },
    { from: 'open.wide', event: 'knock', guard: null, to: null, actions: ['greet'] },
    { from: 'open.ajar', event: null, guard: 'isWindy', to: 'open.wide', actions: [] },
    { from: 'open.ajar', event: 'draught', guard: null, to: 'shut', actions: [] },
  ]);
});

test('the graph is plain data', () => {
  const graph = graphOf(runMachine);

  assert.equal(JSON.parse(JSON.stringify(graph)), graph);
});

test('the table has one row for each transition, in order', () => {
  assert.equal(renderTransitionTable(graphOf(machine)).split('\n').slice(2), [
    '| `open` | `push` | `isStrong` | `shut` |  |',
    '| `open.wide` | `draught` |  | `shut` | `bang` |',
    '| `open.wide` | `knock` |  | (stays) | `greet` |',
    '| `open.ajar` | (at once) | `isWindy` | `open.wide` |  |',
    '| `open.ajar` | `draught` |  | `shut` |  |',
  ]);
});

test('the diagram nests states, and joins the events between two of them', () => {
  assert.equal(renderMermaid(graphOf(machine)).split('\n'), [
    'stateDiagram-v2',
    '  [*] --> open',
    '  state "open" as open {',
    '    [*] --> open_wide',
    '    state "wide" as open_wide',
    '    state "ajar" as open_ajar',
    '  }',
    '  state "shut" as shut',
    '  open --> shut: push',
    '  open_wide --> shut: draught',
    '  open_ajar --> open_wide',
    '  open_ajar --> shut: draught',
    '  shut --> [*]',
  ]);
});

test('every state of a run that is not finished has a deadline; at a cap there are two', () => {
  const leaves = graphOf(runMachine).states.filter(({ kind }) => kind === 'leaf');

  assert.equal(
    leaves.map(({ deadlines }) => deadlines.map(({ event }) => event).join()),
    [
      'queue-stalled',
      'hold-due',
      'start-overdue',
      'timed-out',
      'decision-due,timed-out',
      'timed-out',
      'grace-elapsed',
      'evaluation-overdue',
      'lease-elapsed',
      'cancel-overdue',
    ],
  );
});

test.run();
