// One look at the runs that wait for their checks: each as often as it asks for, and settled by a merge.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCheckStep } from '../../../../services/reconciler/steps/check-step.ts';
import type { Check } from '../../../../transport/forge/forge.ts';
import type { StageInput } from '../../../support/machine-steps.ts';
import { within } from '../../../support/within.ts';
import {
  createOutsideStandIns,
  LATER_SHA,
  SHA,
  type StandInOptions,
} from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const ITEM = 'item.shop.gh-7';
const STAGES: StageInput[] = [
  { name: 'build', kind: 'external' },
  { name: 'ci', kind: 'checks', checks: { required: ['build'] } },
];

function check(conclusion: Check['conclusion']): Check {
  return {
    ...{ name: 'build', kind: 'check-run', id: '1', conclusion, url: null, summary: '' },
    ...{ startedAtMs: 1, changedAtMs: 1, rerun: null, stepsEnded: null },
  };
}

/** An item whose commit was pushed, and whose pull request is open. */
async function setup(options: StandInOptions = {}) {
  const outside = createOutsideStandIns({ stages: STAGES, ...options });
  const { deps, onTrouble, project, send, pass } = outside;
  const step = createCheckStep({ ...deps, onTrouble });
  await send(ITEM, 'open', { title: 'a defect' });
  await pass('run.shop.gh-7.build.1', SHA);
  const pullRequest = (state: string, headSha = SHA) =>
    send(ITEM, 'pull-request', { number: 3, state, headSha });
  await pullRequest('open');
  return Object.assign(outside, { step, look: () => step.look(project), pullRequest });
}

test(
  'a pending check is looked at again after a while, and sooner when something was heard',
  within(LIMIT_MS, async () => {
    const { look, step, project, forge } = await setup();
    forge.setChecks([check(null)]);

    const againInMs = await look();
    await look();
    const without = forge.checked.length;
    step.wake(project);
    await look();

    assert.ok((againInMs ?? 0) >= 1_000);
    assert.equal([without, forge.checked.length], [1, 2]);
  }),
);

test(
  'checks that have passed end the stage, once what was seen of them is on record',
  within(LIMIT_MS, async () => {
    const { look, clock, forge, types, views } = await setup();
    forge.setChecks([check('success')]);

    const againInMs = await look();
    await clock.advance(againInMs ?? 0);
    await look();

    assert.equal(types(), ['checks-seen', 'claim']);
    const item = await views.item('shop', 'gh-7');
    assert.is(item?.context.runs.at(-1)?.verdict.kind, 'pass');
  }),
);

test(
  'a merge settles what its checks were waited for',
  within(LIMIT_MS, async () => {
    const { look, forge, pullRequest, stateOf } = await setup();
    forge.setChecks([check(null)]);
    await pullRequest('merged');

    await look();

    assert.is(await stateOf('gh-7'), 'done');
  }),
);

test(
  'a merge without what was pushed last settles nothing',
  within(LIMIT_MS, async () => {
    const { look, forge, stateOf, send, pass, types } = await setup({
      stages: [{ name: 'first', kind: 'external' }, ...STAGES],
    });
    await pass('run.shop.gh-7.first.1', LATER_SHA);
    await pass('run.shop.gh-7.build.1', SHA);
    await send(ITEM, 'pull-request', { number: 4, state: 'merged', headSha: LATER_SHA });
    forge.setChecks([check(null)]);

    await look();

    assert.is(await stateOf('gh-7'), 'active.working');
    assert.equal(types(), ['checks-seen']);
    assert.equal(forge.checked, [SHA]);
  }),
);

test(
  'nothing is looked at where checks are off',
  within(LIMIT_MS, async () => {
    const { look, forge } = await setup({ actuators: { checks: 'off' } });

    assert.is(await look(), null);
    assert.equal(forge.checked, []);
  }),
);

test.run();
