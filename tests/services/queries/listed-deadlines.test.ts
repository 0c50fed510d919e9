// Deadlines and claims as rows, and what no machine of this version knows.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeRecord, type Stored } from '../../../machines/record.ts';
import { readDeploymentRows } from '../../../services/queries/deployment-rows.ts';
import { readLeaseRows } from '../../../services/queries/lease-rows.ts';
import { readTimerRows } from '../../../services/queries/timer-rows.ts';
import { deploymentAfter, request, take } from '../../support/deployment-steps.ts';
import { claim, deadline, type Step } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import {
  addressesOf,
  exited,
  graceElapsed,
  REVISION_STEP,
  setup,
  started,
} from './rows-fixture.ts';

const won = [started('worker-1'), exited, graceElapsed, claim('reaper-1')];
const CLAIM_REVISION = (1 + won.length) * REVISION_STEP;

/** The deadline of the lease fires, under the id that a host gives it. */
function repeated({ revision, record }: Stored): Step {
  const dueAtMs = record.context.deadlines['lease-elapsed'] ?? 0;
  const id = `run.shop.2.build.1:${revision}:lease-elapsed`;
  return { ...deadline('lease-elapsed', dueAtMs), id };
}

test(
  'timers of items and runs come soonest first',
  within(10_000, async () => {
    const { session, item, run } = setup();
    await item('shop.1');
    await run('shop.1.build.1', started('worker-1'));
    await run('shop.2.build.1', started('worker-1'), exited);

    const rows = await readTimerRows(session, {});
    const held = await readTimerRows(session, { claimant: 'worker-1', state: 'finalizing' });

    const due = rows.map(({ dueAtMs }) => dueAtMs);
    assert.equal(
      due,
      [...due].sort((one, other) => one - other),
    );
    assert.equal(rows.map(({ event }) => event).sort(), [
      'grace-elapsed',
      'run-check',
      'start-overdue',
    ]);
    assert.equal(addressesOf(held), ['shop/2/build/1']);
  }),
);

test(
  'a lease names its claimant and the revision of the claim, however often it was repeated',
  within(10_000, async () => {
    const { session, bucket, run } = setup();
    await run('shop.1.build.1', started('worker-1'), exited);
    await run('shop.2.build.1', ...won, repeated, repeated);
    await run('shop.3.build.1', ...won);

    const claimed = await bucket('onceward-runs').read('shop.3.build.1');

    const rows = await readLeaseRows(session, {});

    assert.equal(
      rows.map(({ address, claimant }) => [address, claimant]),
      [
        ['shop/2/build/1', 'reaper-1'],
        ['shop/3/build/1', 'reaper-1'],
      ],
    );
    assert.equal(
      rows.map(({ revision }) => revision),
      [CLAIM_REVISION, claimed?.revision],
    );
    assert.type(rows[1]?.dueAtMs, 'number');
  }),
);

test(
  'deployments are listed in order, those that cannot be read with what is known of them',
  within(10_000, async () => {
    const { session, store } = setup();
    const text = encodeRecord(deploymentAfter(request('1'), take).record);
    await store('onceward-deployments', 'shop.production', text);
    await store('onceward-deployments', 'other.staging', 'not JSON');

    const rows = await readDeploymentRows(session);

    assert.equal(
      rows.map(({ address, state, holder }) => [address, state, holder]),
      [
        ['deployment.other.staging', 'corrupt', null],
        ['deployment.shop.production', 'assessing', 'worker-1'],
      ],
    );
    assert.equal(addressesOf(await readDeploymentRows(session, 'shop.>')), [
      'deployment.shop.production',
    ]);
  }),
);

test.run();
