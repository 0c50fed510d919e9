// Deadlines and claims as rows, and what no machine of this version knows.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Stored } from '../../../machines/record.ts';
import { readLeaseRows } from '../../../services/queries/lease-rows.ts';
import { readStoredRows } from '../../../services/queries/stored-rows.ts';
import { readTimerRows } from '../../../services/queries/timer-rows.ts';
import { claim, deadline, runOpening, type Step } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import {
  addressesOf,
  encoded,
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
  'deployments are listed by what anyone can read of them',
  within(10_000, async () => {
    const { session, store } = setup();
    const text = encoded('run.shop.1.build.1', runOpening(), []);
    await store('onceward-deployments', 'shop.main', text);
    await store('onceward-deployments', 'other.main', 'not JSON');

    const rows = await readStoredRows(session, 'deployment', undefined);

    assert.equal(
      rows.map(({ address, state }) => [address, state]),
      [
        ['deployment/other/main', 'corrupt'],
        ['deployment/shop/main', 'running.queued'],
      ],
    );
    assert.equal(addressesOf(await readStoredRows(session, 'deployment', 'shop')), [
      'deployment/shop/main',
    ]);
  }),
);

test.run();
