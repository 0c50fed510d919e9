// What is counted of the outside: looks, and what was done.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import { within } from '../../support/within.ts';
import { setup } from './metrics-fixture.ts';

const LIMIT_MS = 5_000;

test(
  'looks are counted by project and outcome, with how long they took',
  within(LIMIT_MS, async () => {
    const { metrics, valuesOf, samples } = setup();
    metrics.looked('shop', 'done', 300);
    metrics.looked('shop', 'done', 300);
    metrics.looked('web', 'failed', 30_000);

    assert.equal(await valuesOf(METRICS.outsideLooks), {
      '{project="shop",outcome="done"}': 2,
      '{project="web",outcome="failed"}': 1,
    });
    const sum = (await samples()).find(([name]) => name === 'onceward_outside_look_seconds_sum');
    assert.is(sum?.[1], 30.6);
  }),
);

test(
  'projects past the first two hundred are counted as one',
  within(LIMIT_MS, async () => {
    const { metrics, valuesOf } = setup();
    Array.from({ length: 250 }, (_, index) => metrics.looked(`p${index}`, 'done', 1));
    metrics.looked('p0', 'done', 1);

    const values = await valuesOf(METRICS.outsideLooks);

    assert.is(Object.keys(values).length, 201);
    assert.is(values['{project="other",outcome="done"}'], 50);
    assert.is(values['{project="p0",outcome="done"}'], 2);
  }),
);

test(
  'deeds are counted by actuator and outcome, and are there before the first',
  within(LIMIT_MS, async () => {
    const { metrics, valuesOf, samples } = setup();
    metrics.deedDone('shop', 'marks', 'done');
    metrics.deedDone('shop', 'something new', 'failed');

    assert.equal(await valuesOf(METRICS.outsideDeeds), {
      '{actuator="marks",outcome="done"}': 1,
      '{actuator="other",outcome="failed"}': 1,
    });
    const names = (await samples()).map(([name]) => name);
    assert.ok(
      names.includes('onceward_outside_deeds_total{actuator="reviews",outcome="shadowed"}'),
    );
  }),
);

test.run();
