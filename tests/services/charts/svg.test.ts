// The drawing: complete, safe whatever the names are, and made so that a page can restyle it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MachineGraph } from '../../../machines/graph.ts';
import { type Chart, chartOf, pipelineChart } from '../../../services/charts/chart-graph.ts';
import { layOut } from '../../../services/charts/layout.ts';
import { renderPng } from '../../../services/charts/png.ts';
import { renderSvg } from '../../../services/charts/svg.ts';
import { within } from '../../support/within.ts';
import {
  itemChart,
  itemGraph,
  nineStageChart,
  runChart,
  runGraph,
  stage,
} from './chart-fixture.ts';

const LIMIT_MS = 30_000;
const HOSTILE = `"><script>alert('x')</script><a href="javascript:y" onclick='z'>&amp;\u0000\u202e]]>`;
const SAFE_TAGS = ['circle', 'desc', 'g', 'path', 'rect', 'svg', 'text', 'title', 'tspan'];

const drawn = async (chart: Chart, options?: Parameters<typeof renderSvg>[1]) =>
  renderSvg(await layOut(chart), options);

for (const graph of [runGraph, itemGraph]) {
  test(
    `every state and every transition of the ${graph.id} machine is in its drawing`,
    within(LIMIT_MS, async () => {
      const svg = await drawn(chartOf(graph));

      assert.equal(statesIn(svg), graph.states.map(({ name }) => name).sort());
      assert.equal(eventsIn(svg), eventsOf(graph));
      assert.equal(wordsIn(svg), wordsOf(graph));
    }),
  );
}

test(
  'every stage of a pipeline is in its drawing with its progress',
  within(LIMIT_MS, async () => {
    const stages = all(
      await drawn(nineStageChart),
      /data-stage="([^"]*)" data-progress="([^"]*)"/g,
    );

    assert.equal(stages.slice(0, 3), [
      ['analysis', 'passed'],
      ['architecture', 'passed'],
      ['development', 'failed'],
    ]);
    assert.is(stages.length, 9);
  }),
);

test(
  'a lit state stands out, and so do those around it',
  within(LIMIT_MS, async () => {
    const svg = await drawn(runChart, { lit: ['running.working'] });

    assert.match(svg, /<g class="state state active" data-state="running.working">/);
    assert.match(svg, /<g class="state region around" data-state="running">/);
    assert.is(all(svg, /class="[^"]*\b(active)\b/g).length, 1);
    assert.match(svg, /<desc>Now in running\.working\./);
  }),
);

test(
  'a drawing says what it is to those who cannot see it',
  within(LIMIT_MS, async () => {
    const svg = await drawn(runChart, { title: 'run shop/7/build/1: claimed' });

    assert.match(svg, /^<svg [^>]*role="img" aria-label="run shop\/7\/build\/1: claimed"/);
    assert.match(svg, /><title>run shop\/7\/build\/1: claimed<\/title><desc>/);
    assert.match(svg, /finalizing → graceExpired: grace-elapsed \(deadline\) if isGraceOver\./);
  }),
);

test(
  'a drawing has no style, no script, no id and nothing from elsewhere',
  within(LIMIT_MS, async () => {
    const svg = (await drawn(itemChart)) + (await drawn(nineStageChart));

    assert.equal(tagsIn(svg), SAFE_TAGS);
    assert.not.match(svg, / (?:style|id|href|xlink:href|on\w+|src)=/);
    assert.not.match(svg, /url\(/);
  }),
);

test(
  'names of states, events and stages stay text, whatever they hold',
  within(LIMIT_MS, async () => {
    const machine = await drawn(hostile(runChart), { title: HOSTILE, lit: [HOSTILE] });
    const stages = [stage(HOSTILE, { kind: HOSTILE, onReject: 'x' }), stage('x')];
    const pipeline = await drawn(pipelineChart(stages, HOSTILE), { lit: [HOSTILE] });

    assert.equal(tagsIn(machine + pipeline), SAFE_TAGS);
    assert.not.match(machine + pipeline, / (?:href|onclick)="/);
    assert.not.match(machine + pipeline, /[\p{Cc}\p{Cf}]/u);
    // The renderer reads them as XML, and is strict about it.
    assert.ok((await renderPng(machine)).length > 0);
    assert.ok((await renderPng(pipeline)).length > 0);
  }),
);

test(
  'a long name is cut in its box and whole in its title',
  within(LIMIT_MS, async () => {
    const name = 'a'.repeat(64);
    const svg = await drawn(pipelineChart([stage(name)]));

    assert.match(svg, `<title>${name}: agent</title>`);
    assert.match(svg, />a{19}…<\/text>/);
  }),
);

test(
  'a picture is a PNG of twice the size of the drawing',
  within(LIMIT_MS, async () => {
    const { places } = await layOut(nineStageChart);
    const png = Buffer.from(await renderPng(await drawn(nineStageChart)));

    assert.is(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
    assert.ok(Math.abs(png.readUInt32BE(16) - 2 * places.width) <= 2);
    assert.ok(Math.abs(png.readUInt32BE(20) - 2 * places.height) <= 2);
  }),
);

test(
  'what is no drawing is refused by name',
  within(LIMIT_MS, async () => {
    const error = await renderPng('<svg').then(
      () => null,
      (refusal: unknown) => refusal as { code: string; message: string },
    );

    assert.is(error?.code, 'CHART_FAILED');
    assert.match(error?.message ?? '', /^the renderer resvg failed: /);
  }),
);

/** The same chart with a hostile name for each thing that has one. */
function hostile(chart: Chart): Chart {
  const id = (text: string) => `${HOSTILE}${text}`;
  const bad = <T extends { event: string | null; guard: string | null }>(one: T): T => ({
    ...{ ...one, event: HOSTILE, guard: HOSTILE },
  });
  return {
    ...chart,
    name: HOSTILE,
    nodes: chart.nodes.map((node) => ({
      ...node,
      id: id(node.id),
      parent: node.parent === null ? null : id(node.parent),
      label: HOSTILE,
      description: HOSTILE,
      stays: node.stays.map(bad),
    })),
    edges: chart.edges.map((edge) => ({
      ...edge,
      from: id(edge.from),
      to: id(edge.to),
      transitions: edge.transitions.map(bad),
    })),
  };
}

function statesIn(svg: string): string[] {
  return all(svg, /data-state="([^"]*)"/g)
    .flat()
    .sort();
}

/** From, to and event of each transition, on an arrow or in a box. */
function eventsIn(svg: string): string[] {
  const pattern = /class="edge[^"]*" data-from="([^"]*)" data-to="([^"]*)" data-event="([^"]*)"/g;
  return all(svg, pattern)
    .filter(([from = '']) => !from.endsWith('(start)'))
    .flatMap(([from, to, events = '']) => events.split(' ').map((one) => `${from}|${to}|${one}`))
    .sort();
}

function eventsOf({ transitions }: MachineGraph): string[] {
  return transitions.map(({ from, to, event }) => `${from}|${to ?? from}|${event ?? ''}`).sort();
}

/** The events that can be read. */
function wordsIn(svg: string): string[] {
  return all(svg, /class="event">([^<]*)</g)
    .flat()
    .map((word) => word.trim())
    .sort();
}

function wordsOf({ transitions }: MachineGraph): string[] {
  return transitions.flatMap(({ event }) => (event === null ? [] : [event])).sort();
}

function tagsIn(svg: string): string[] {
  return [...new Set(all(svg, /<([a-zA-Z]+)/g).flat())].sort();
}

function all(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map((match) => match.slice(1));
}

test.run();
