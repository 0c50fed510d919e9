// What a page of the command line tells of a deployment: stages, decisions, and the small drawing of each probe.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addDeploymentTables,
  deploymentPairs,
} from '../../../services/inspect/deployment-sections.ts';
import { sparkline } from '../../../services/inspect/deployment-watch-sections.ts';
import { createSections } from '../../../services/inspect/sections.ts';
import { timesOf } from '../../../services/inspect/times.ts';
import { deploymentView } from '../../../services/queries/deployment-reading.ts';
import {
  assessed,
  deploymentAfter,
  due,
  measured,
  mismatched,
  request,
  take,
  untilDeployed,
  WATCHED,
} from '../../support/deployment-steps.ts';
import type { Step, StepMaker } from '../../support/machine-steps.ts';

function pageAfter(...steps: (Step | StepMaker)[]): string {
  const stored = deploymentAfter(...steps);
  const nowMs = stored.record.event.atMs + 1_000;
  const view = deploymentView(stored, nowMs);
  const times = timesOf({ timeStyle: 'relative' }, nowMs);
  const sections = createSections({ style: (_, text) => text });
  sections.pairs(deploymentPairs(view, times));
  addDeploymentTables(sections, view, times);
  return sections.lines().join('\n');
}

const point = (value: number | null, outcome: 'good' | 'bad' | 'error' = 'good') => ({
  ...{ atMs: 0, value, outcome },
});

test('a sparkline has a level for each value, and a sign for what could not be measured', () => {
  const points = [point(1), point(8), point(null, 'error'), point(4)];
  assert.is(sparkline({ points }), '▁█!▄');
});

test('a sparkline of one value is flat, and one of none is empty', () => {
  assert.is(sparkline({ points: [point(7), point(7)] }), '▁▁');
  assert.is(sparkline({ points: [] }), '');
});

test('a page says how far the operation is, and how each probe stands', () => {
  const page = pageAfter(
    ...[request('1', { deploy: WATCHED }), ...untilDeployed, due, take],
    measured('bad', 900, '900 ms'),
  );
  assert.match(page, /^stages: +✓ assess {2}✓ check {2}✓ promote {2}✓ deploy {2}● watch$/m);
  assert.match(page, /^ {2}latency +running +1\/6 +1\/1 .*≤ 200ms, was 100ms +900 ms$/m);
  assert.match(page, /^ {2}orders \(shadow\) +running/m);
});

test('a page of what is held lists each decision with what it leads to', () => {
  const page = pageAfter(request('1'), take, assessed, mismatched);
  assert.match(page, /^held: +provenance-mismatch: tag: expected/m);
  assert.match(
    page,
    /^decide: +onceward release shop production --reject {3}\(gives it up before/m,
  );
  assert.match(page, /^ {2}tag +differs +expected/m);
});

test.run();
