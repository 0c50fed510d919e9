// What a chart shows of a machine and of a pipeline.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MachineGraph, TransitionGraph } from '../../../machines/graph.ts';
import { chartOf, pipelineChart } from '../../../services/charts/chart-graph.ts';
import {
  itemChart,
  itemGraph,
  nineStageChart,
  runChart,
  runGraph,
  stage,
} from './chart-fixture.ts';

const edgeOf = (chart: typeof runChart, id: string) => chart.edges.find((edge) => edge.id === id);
const nodeOf = (chart: typeof runChart, id: string) => chart.nodes.find((node) => node.id === id);

test('transitions between the same two states share an arrow', () => {
  assert.equal(edgeOf(runChart, 'running.working>finalizing')?.transitions, [
    { event: 'exited', guard: null, isTimed: false },
    { event: 'timed-out', guard: 'isDue', isTimed: true },
    { event: 'worker-lost', guard: 'isItsWorker', isTimed: false },
  ]);
});

test('what stays in a state, or enters it again, is listed in its box and is no arrow', () => {
  const stays = nodeOf(itemChart, 'active.working')?.stays ?? [];

  assert.equal(
    stays.map(({ event, guard, isEnteredAgain }) => [event, guard, isEnteredAgain]),
    [
      ['advance', 'hasAdvancedBefore', false],
      ['advance', 'leadsToStage', true],
      ['pause', 'isPauseNew', false],
      ['resume', 'isPauseRequested', false],
      ['heard', 'isHeardFirst', false],
      ['pull-request', 'isMergedInQueue', false],
      ['pull-request', 'isClosedNow', false],
      ['pull-request', 'isPullRequestNews', false],
      ['run-check', 'isDue', true],
    ],
  );
  assert.is(edgeOf(itemChart, 'active.working>active.working'), undefined);
});

test('what a deadline fires is marked', () => {
  assert.equal(
    nodeOf(runChart, 'running.queued')?.stays.map(({ event, isTimed }) => [event, isTimed]),
    [
      ['checks-seen', false],
      ['queue-stalled', true],
    ],
  );
});

test('every transition of every machine is in its chart, once', () => {
  assert.equal(shownTransitions(runChart), allTransitions(runGraph));
  assert.equal(shownTransitions(itemChart), allTransitions(itemGraph));
});

test('a machine and each of its regions has a start', () => {
  assert.is(edgeOf(runChart, '(start)>running')?.transitions.length, 0);
  assert.is(edgeOf(runChart, 'running.(start)>running.queued')?.transitions.length, 0);
  assert.is(nodeOf(runChart, 'running.(start)')?.parent, 'running');
});

test('a pipeline leads from stage to stage and ends done', () => {
  const chart = pipelineChart([stage('build'), stage('ship')]);

  assert.equal(
    chart.edges.map(({ from, to }) => [from, to]),
    [
      ['build', 'ship'],
      ['ship', '(done)'],
    ],
  );
});

test('both ways back to the same stage share an arrow; one to the stage itself is none', () => {
  const chart = pipelineChart([
    stage('build', { onFail: 'build' }),
    stage('review', { onFail: 'build', onReject: 'build' }),
  ]);
  const back = chart.edges.filter(({ isBack }) => isBack);

  assert.equal(
    back.map(({ id, transitions }) => [id, transitions.map(({ event }) => event)]),
    [['review>build', ['onFail', 'onReject']]],
  );
});

test('a stage says how far it has come, and how often it was tried', () => {
  assert.equal(
    nineStageChart.nodes.map(({ note }) => note),
    [
      ...['passed', 'passed ×2', 'failed ×3', 'running', 'waiting', 'parked', 'cancelled'],
      ...['pending', 'pending', ''],
    ],
  );
});

test('the end of a pipeline is reached when every stage has passed', () => {
  const passed = pipelineChart([stage('build', { progress: 'passed' })]);
  const running = pipelineChart([stage('build', { progress: 'running' })]);

  assert.is(passed.nodes.at(-1)?.progress, 'passed');
  assert.is(running.nodes.at(-1)?.progress, null);
});

test('a machine without anything in it is a chart without anything in it', () => {
  const empty: MachineGraph = { id: 'empty', initial: null, states: [], transitions: [] };

  assert.equal(chartOf(empty), { kind: 'machine', name: 'empty', nodes: [], edges: [] });
});

/** From, event, guard and to of each, in an order that does not depend on where it is shown. */
function shownTransitions({ nodes, edges }: typeof runChart): string[] {
  const moves = edges.flatMap(({ from, to, transitions }) =>
    transitions.map(({ event, guard }) => [from, event, guard, to].join(' ')),
  );
  const stays = nodes.flatMap(({ id, stays }) =>
    stays.map(({ event, guard }) => [id, event, guard, id].join(' ')),
  );
  return [...moves, ...stays].sort();
}

function allTransitions({ transitions }: MachineGraph): string[] {
  const line = ({ from, event, guard, to }: TransitionGraph) =>
    [from, event, guard, to ?? from].join(' ');
  return transitions.map(line).sort();
}

test.run();
