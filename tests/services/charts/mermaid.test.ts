// Charts as Mermaid: pipelines here, lit states of machines in the words of machines/graph.ts.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderMermaid } from '../../../machines/graph.ts';
import { pipelineChart } from '../../../services/charts/chart-graph.ts';
import { renderPipelineMermaid } from '../../../services/charts/mermaid.ts';
import { runGraph, stage } from './chart-fixture.ts';

const LIT = 'classDef active fill:#dcfce7,stroke:#15803d,stroke-width:3px';

test('a pipeline is a flowchart with its ways back', () => {
  const stages = [stage('build', { progress: 'passed' }), stage('review', { onFail: 'build' })];

  assert.equal(renderPipelineMermaid(pipelineChart(stages), ['review']).split('\n'), [
    'flowchart LR',
    '  s0["build<br/>agent<br/>passed"]',
    '  s1["review<br/>agent"]',
    '  s2(["done"])',
    '  s0 --> s1',
    '  s1 --> s2',
    '  s1 -. "onFail" .-> s0',
    `  ${LIT}`,
    '  class s1 active',
  ]);
});

test('a name cannot end the label it stands in', () => {
  const [, line] = renderPipelineMermaid(pipelineChart([stage('a"]\n%%{<b>}')])).split('\n');

  assert.is(line, '  s0["a#34;#93;#10;#37;#37;#123;#60;b#62;#125;<br/>agent"]');
});

test('a lit state of a machine gets a class; one it has not is left out', () => {
  const lines = renderMermaid(runGraph, ['running.working', 'nowhere']).split('\n').slice(-2);

  assert.equal(lines, [`  ${LIT}`, '  class running_working active']);
  assert.not.match(renderMermaid(runGraph), 'classDef');
});

test.run();
