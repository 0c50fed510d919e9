// Ids under which effects are performed: the same however often, and never shared by two effects.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { effectId, type PendingEffect, pendingEffectSchema } from '../../machines/effect.ts';
import { settle } from '../../machines/record.ts';
import { openRun } from '../support/machine-steps.ts';

const RUN = 'run.shop.7.build.1';

function pending(n: number, revision: number | null): PendingEffect {
  return { n, revision, effect: { type: 'alarm', reason: 'test', message: '' } };
}

test('an effect is known by its actor, the revision that ordered it and its place', () => {
  assert.is(effectId(RUN, 9, pending(1, null)), 'run.shop.7.build.1:9:1');
});

test('an effect that is carried along keeps the id it was ordered under', () => {
  assert.is(effectId(RUN, 12, pending(1, 9)), 'run.shop.7.build.1:9:1');
});

test('settling a record does not change the ids of its effects', () => {
  const { record } = openRun().stored();
  const outbox = [pending(0, 4), pending(0, null), pending(1, null)];
  const before = outbox.map((effect) => effectId(RUN, 9, effect));

  const settled = settle({ record: { ...record, outbox }, revision: 9 }, () => false);

  assert.equal(
    settled.outbox.map((effect) => effectId(RUN, 12, effect)),
    before,
  );
  assert.is(new Set(before).size, 3);
});

test('an effect of an unknown type is not readable', () => {
  const unknown = { n: 0, revision: null, effect: { type: 'shell', command: 'rm' } };

  assert.not(pendingEffectSchema.safeParse(unknown).success);
});

test.run();
