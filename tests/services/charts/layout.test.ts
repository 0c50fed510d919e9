// The places of a chart: readable, in order, the same each time, and no burden to the thread that asks.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chartOf, pipelineChart } from '../../../services/charts/chart-graph.ts';
import { elkGraphOf, placesOf } from '../../../services/charts/elk-graph.ts';
import { layOut } from '../../../services/charts/layout.ts';
import { createThreadWork } from '../../../services/charts/thread-work.ts';
import { createPrng } from '../../support/prng.ts';
import { within } from '../../support/within.ts';
import {
  itemChart,
  NINE_STAGES,
  nineStageChart,
  randomPipeline,
  runChart,
  runGraph,
} from './chart-fixture.ts';
import { boxOf, faultsOf } from './geometry.ts';

const LIMIT_MS = 30_000;

for (const chart of [runChart, itemChart, nineStageChart]) {
  test(
    `in the chart of ${chart.name} nothing lies on anything else, and every text has its room`,
    within(LIMIT_MS, async () => {
      assert.equal(faultsOf(await layOut(chart)), []);
    }),
  );
}

test(
  'nor does it in any pipeline, however many its ways back',
  within(LIMIT_MS, async () => {
    const random = createPrng(1);
    const charts = Array.from({ length: 100 }, () => randomPipeline(random));
    const laidOut = await Promise.all(charts.map(layOut));

    assert.equal(laidOut.flatMap(faultsOf), []);
  }),
);

test(
  'a machine reads from left to right in the order in which it is written, its ends in one column',
  within(LIMIT_MS, async () => {
    const { places } = await layOut(runChart);
    const onward = ['running.queued', 'running.starting', 'running.working', 'finalizing'];
    const names = [...onward, 'graceExpired', 'claimed', 'advanced'];
    const places_ = names.map((name) => boxOf(places, name).x);

    assert.equal(
      places_,
      [...places_].sort((one, other) => one - other),
    );
    assert.is(centreOf(boxOf(places, 'advanced')), centreOf(boxOf(places, 'cancelled')));
  }),
);

test(
  'a pipeline is one row from left to right, its ways back beneath it',
  within(LIMIT_MS, async () => {
    const { places } = await layOut(nineStageChart);
    const stages = NINE_STAGES.map(({ name }) => boxOf(places, name));
    const lower = (places.routes['deploy>analysis']?.points ?? []).map(({ y }) => y);

    assert.equal([...new Set(stages.map(({ y }) => y))].length, 1);
    assert.ok(Math.max(...lower) > (stages[0]?.y ?? 0) + (stages[0]?.height ?? 0));
    assert.ok(places.height > Math.max(...lower));
  }),
);

test(
  'the same chart is laid out the same by another thread',
  within(LIMIT_MS, async () => {
    const module = new URL('../../../services/charts/layout-thread.ts', import.meta.url);
    const another = createThreadWork<unknown, never>('another', module);
    const again = placesOf(await another.ask(elkGraphOf(chartOf(runGraph))));

    assert.equal(again, (await layOut(runChart)).places);
  }),
);

test(
  'charts that differ in progress alone share their places',
  within(LIMIT_MS, async () => {
    const later = NINE_STAGES.map((stage) => ({ ...stage, progress: 'passed' as const }));
    const { places } = await layOut(pipelineChart(later, 'standard'));

    assert.equal(places, (await layOut(nineStageChart)).places);
  }),
);

test(
  'a chart that is known is given at once, without a thread',
  within(LIMIT_MS, async () => {
    await layOut(runChart);
    const [first, second] = await Promise.all([layOut(runChart), layOut(chartOf(runGraph))]);

    assert.is(first?.places, second?.places);
  }),
);

test(
  'the thread that asks is hardly held up while a chart is laid out',
  within(LIMIT_MS, async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const wide = { ...runChart, nodes: runChart.nodes.map((node) => ({ ...node, detail: 'new' })) };
    delay.enable();
    const { places } = await layOut(wide);
    delay.disable();

    process.stdout.write(`longest stall while laying out: ${(delay.max / 1e6).toFixed(1)} ms\n`);
    assert.ok(places.width > 0);
  }),
);

function centreOf({ x, width }: { x: number; width: number }): number {
  return Math.round(x + width / 2);
}

test.run();
