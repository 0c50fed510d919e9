// Goal: whoever looks at a deployment sees what is live, what comes next, how it is watched, and what a person may decide.
// Method: records that the machine has written; what is shown of them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deploymentView } from '../../../services/queries/deployment-reading.ts';
import type { DeploymentView } from '../../../services/queries/deployment-view.ts';
import {
  assessed,
  checked,
  commit,
  deploymentAfter,
  digestOf,
  due,
  failed,
  measured,
  mismatched,
  promoted,
  report,
  request,
  take,
  untilDeployed,
  WATCHED,
} from '../../support/deployment-steps.ts';
import { ask, OPENED_AT_MS, type Step, type StepMaker } from '../../support/machine-steps.ts';

const watched = { deploy: WATCHED };

function viewAfter(...steps: (Step | StepMaker)[]): DeploymentView {
  const stored = deploymentAfter(...steps);
  return deploymentView(stored, stored.record.event.atMs + 1_000);
}

function stagesOf({ operation }: DeploymentView): string {
  return (operation?.stages ?? []).map(({ name, progress }) => `${name} ${progress}`).join(', ');
}

function decisionsOf({ hold }: DeploymentView): string[] {
  return (hold?.decisions ?? []).map(({ decision }) => decision);
}

test('what is live is told with whether it was found good, and what could come back', () => {
  const view = viewAfter(request('1'), ...untilDeployed, request('2'), ...untilDeployed);
  const { live, liveIs, rollbackTo, good } = view;
  assert.equal([live?.digest, live?.item, liveIs], [digestOf('2'), 'shop/2', 'good']);
  assert.equal([rollbackTo?.digest, good.map(({ sha }) => sha)], [digestOf('1'), [commit('1')]]);
});

test('a version that is watched is live, and not known to be good', () => {
  const { live, liveIs, waitsFor } = viewAfter(request('1', watched), ...untilDeployed);
  assert.equal([live?.sha, liveIs], [commit('1'), 'unknown']);
  assert.is(
    waitsFor,
    'the next measurement, in 59s: release 1 (shop/1) is watched, probes: 2 running',
  );
});

test('an operation says which of its stages are done, which is now, and which come later', () => {
  const view = viewAfter(request('1', watched), take, assessed, checked);
  assert.is(stagesOf(view), 'assess done, check done, promote now, deploy later, watch later');
});

test('an environment that nothing watches has no stage for it, and a build only where one is made', () => {
  const input = { deploy: { build: { command: 'make image' } } };
  const view = viewAfter(request('1', input, { artifact: null }), take, assessed);
  assert.is(stagesOf(view), 'assess done, build now, check later, promote later, deploy later');
});

test('what is held stands still at the stage it came to', () => {
  const view = viewAfter(request('1'), take, assessed, mismatched);
  assert.is(stagesOf(view), 'assess done, check stopped, promote later, deploy later');
  assert.match(view.waitsFor, /^a person to decide: provenance-mismatch: tag: expected sha256:1+/);
});

test('an image whose origin is in doubt can be looked at again or given up, and not accepted', () => {
  const view = viewAfter(request('1'), take, assessed, mismatched);
  assert.equal(decisionsOf(view), ['retry', 'reject']);
});

test('an untested image can be accepted, which is told to be an override', () => {
  const untested = request('1', { deploy: { requires: 'staging' } }, { passes: [] });
  const { hold } = viewAfter(untested, take, assessed, checked);
  const overrides = hold?.decisions.filter(({ isOverride }) => isOverride) ?? [];
  assert.is(hold?.cause, 'untested');
  assert.equal(
    overrides.map(({ command }) => command),
    ['onceward release shop production --accept'],
  );
});

test('releases wait in the order in which they are brought, each with what it waits for', () => {
  const view = viewAfter(request('1'), request('2'), request('3'));
  assert.equal(
    view.queue.map(({ position, item, waitsFor }) => [position, item, waitsFor]),
    [
      [1, 'shop/2', '1 to end'],
      [2, 'shop/3', '1 to end, and the 1 before it'],
    ],
  );
});

test('a probe is shown with its limits, what it was before the deploy, and what was measured', () => {
  const { watch } = viewAfter(
    ...[request('1', watched), ...untilDeployed, due, take],
    measured('good', 120, '120 ms'),
  );
  const [latency, orders] = watch?.probes ?? [];
  assert.equal(latency?.limits, { min: null, max: 200 });
  assert.equal([latency?.baseline, latency?.unit, latency?.detail], [100, 'ms', '120 ms']);
  assert.equal(
    latency?.points.map(({ value, outcome }) => [value, outcome]),
    [[120, 'good']],
  );
  assert.equal([orders?.isShadow, orders?.limits], [true, { min: 10, max: null }]);
});

test('a version that proved bad is an incident, and is not live any more once another is brought', () => {
  const bad = failed('product_fail', 'verify', { summary: 'orders fail' });
  const { incidents, condemned, operation, ended } = viewAfter(
    ...[request('1'), ...untilDeployed, request('2'), take, assessed, checked, promoted, bad],
  );
  assert.equal(
    incidents.map(({ item, summary }) => [item, summary]),
    [['shop/2', 'verify: orders fail']],
  );
  assert.equal([condemned[0]?.digest, ended[0]?.outcome], [digestOf('2'), 'degraded']);
  assert.equal([operation?.kind, operation?.target?.item], ['rollback', 'shop/1']);
});

test('a fault of the infrastructure is told with when it is tried again', () => {
  const fault = failed('infra_error', 'registry', { cause: 'status-500', summary: 'no answer' });
  const { waitsFor, operation } = viewAfter(request('1'), take, assessed, fault);
  assert.match(waitsFor, /^the next try, in \d+s: release 1 .* failed 1 time, last with registry:/);
  assert.is(operation?.faults, 1);
});

test('what an operator has asked for while a step is under way is told until it is done', () => {
  const hold = ask('hold', { by: 'ada', reason: 'sale' });
  const { asked, state } = viewAfter(request('1'), take, assessed, checked, promoted, hold);
  assert.equal([state, asked[0]?.what, asked[0]?.by], ['deploying', 'hold', 'ada']);
  assert.is(asked[0]?.atMs, OPENED_AT_MS);
});

test('the lease is shown with its token and what its holder does', () => {
  const doing = report('progress', { watermark: 1, doing: 'npm run build' });
  const { holder, leaseUntilMs } = viewAfter(request('1'), take, doing);
  assert.equal([holder?.worker, holder?.doing], ['worker-1', 'npm run build']);
  assert.ok(leaseUntilMs);
});

test.run();
