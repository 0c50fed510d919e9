// The charts that the tests draw.
import { graphOf } from '../../../machines/graph.ts';
import { itemMachine } from '../../../machines/item/machine.ts';
import { runMachine } from '../../../machines/run/machine.ts';
import {
  type Chart,
  type ChartStage,
  chartOf,
  pipelineChart,
} from '../../../services/charts/chart-graph.ts';
import type { Prng } from '../../support/prng.ts';

export const runGraph = graphOf(runMachine);
export const itemGraph = graphOf(itemMachine);
export const runChart = chartOf(runGraph);
export const itemChart = chartOf(itemGraph);

/** As an item's view has them, with every kind of progress. */
export const NINE_STAGES: ChartStage[] = [
  stage('analysis', { progress: 'passed' }),
  stage('architecture', { progress: 'passed', attempts: 2 }),
  stage('development', { progress: 'failed', attempts: 3 }),
  stage('review', { progress: 'running', onFail: 'development' }),
  stage('testing', { kind: 'command', progress: 'waiting', onFail: 'development' }),
  stage('approval', {
    ...{ kind: 'approval', progress: 'parked' },
    ...{ onFail: 'development', onReject: 'architecture' },
  }),
  stage('merge', { kind: 'command', progress: 'cancelled', onFail: 'development' }),
  stage('staging', { kind: 'external', progress: 'pending', onFail: 'development' }),
  stage('deploy', {
    ...{ kind: 'external', progress: 'pending' },
    ...{ onFail: 'deploy', onReject: 'analysis' },
  }),
];

export const nineStageChart = pipelineChart(NINE_STAGES, 'standard');

/** A pipeline of up to 32 stages with ways back wherever one may lead. */
export function randomPipeline({ integer, isLucky, pick }: Prng): Chart {
  const names = Array.from({ length: integer(1, 32) }, (_, index) =>
    `s${index}`.padEnd(integer(1, 30), 'x'),
  );
  const wayBack = (index: number) => (isLucky(0.5) ? pick(names.slice(0, index + 1)) : null);
  const stages = names.map((name, index) =>
    stage(name, { onFail: wayBack(index), onReject: wayBack(index) }),
  );
  return pipelineChart(stages, 'random');
}

export function stage(name: string, rest: Partial<ChartStage> = {}): ChartStage {
  return { name, kind: 'agent', onFail: null, onReject: null, ...rest };
}
