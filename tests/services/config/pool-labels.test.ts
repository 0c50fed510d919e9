// A stage that asks for labels gets the pool that fits best, when the configuration is loaded, or a problem that helps.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration, readConfigurationText } from '../../../services/config/load.ts';
import { parseLabels } from '../../../services/config/pool-labels.ts';
import { formatProblem } from '../../../services/config/problems.ts';
import { linesOf } from '../../../services/workers/lines.ts';

const POOLS = `\
pools:
  huge: { labels: [gpu, big, mac] }
  gpu-big: { labels: [gpu, big] }
  big-gpu: { labels: [big, gpu] }
  mac: { labels: [mac] }
`;

function configured(...stages: string[]): string {
  const lines = stages.map((stage, at) => `      - { name: s${at}, kind: external, ${stage} }\n`);
  const head = 'version: 1\nprojects:\n  shop: { repository: r, pipeline: p }\n';
  return `${head}${POOLS}pipelines:\n  p:\n    stages:\n${lines.join('')}`;
}

function stagesOf(...stages: string[]) {
  const { pipelines } = loadConfiguration(configured(...stages), { file: 'onceward.yaml' });
  return pipelines['p']?.stages.map(({ pool, labels }) => ({ pool, labels }));
}

function problemsOf(text: string): string[] {
  const reading = readConfigurationText(text, { file: 'onceward.yaml' });
  return reading.outcome === 'valid' ? [] : reading.problems.map(formatProblem);
}

test('a stage gets the pool with all its labels and the fewest others, the first of equals', () => {
  assert.equal(stagesOf('labels: [gpu]', 'labels: [mac]', 'labels: [big, mac]'), [
    { pool: 'gpu-big', labels: ['gpu', 'big'] },
    { pool: 'mac', labels: ['mac'] },
    { pool: 'huge', labels: ['gpu', 'big', 'mac'] },
  ]);
});

test('a stage that names its pool keeps it, and carries what that asks of workers', () => {
  assert.equal(stagesOf('pool: mac', 'budgets: {}'), [
    { pool: 'mac', labels: ['mac'] },
    { pool: 'default', labels: undefined },
  ]);
});

test('labels that no pool has together are a problem that shows what there is', () => {
  const pools =
    'default: none; huge: gpu, big, mac; gpu-big: gpu, big; big-gpu: big, gpu; mac: mac';

  assert.equal(problemsOf(configured('labels: [gpu, bigg]')), [
    'onceward.yaml:12:45 pipelines.p.stages.s0.labels: no pool has the labels that stage "s0" asks ' +
      `for, gpu, bigg (${pools}); did you mean "big"?`,
  ]);
});

test('a stage names a pool or labels, not both', () => {
  assert.equal(problemsOf(configured('labels: [mac], pool: mac')), [
    'onceward.yaml:12:45 pipelines.p.stages.s0.labels: stage "s0" names a pool and labels, ' +
      'expected one of the two',
  ]);
});

test('labels are not judged by pools that are themselves broken', () => {
  const text = configured('labels: [tpu]').replace('labels: [mac]', 'labels: mac');

  assert.equal(problemsOf(text).length, 1);
  assert.match(problemsOf(text)[0] ?? '', 'pools.mac.labels');
});

test('a worker serves the pools whose labels it all has', () => {
  const configuration = loadConfiguration(configured('labels: [gpu]'), { file: 'a.yaml' });
  const served = (...labels: string[]) => linesOf(configuration, labels).map(({ pool }) => pool);

  assert.equal(served(), ['default']);
  assert.equal(served('gpu'), ['default']);
  assert.equal(served('big', 'gpu', 'arm'), ['default', 'gpu-big', 'big-gpu']);
});

test('labels are names separated by commas', () => {
  assert.equal(parseLabels('gpu, big,gpu'), ['gpu', 'big']);
  assert.equal(['', 'a,,b', 'a b', 'a/b', 'a\nb'].map(parseLabels), [null, null, null, null, null]);
  assert.is(parseLabels(Array.from({ length: 17 }, (_, at) => `l${at}`).join()), null);
});

test.run();
