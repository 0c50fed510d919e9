// The door of a host: how much it lets in, and that it never stays shut.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmission } from '../../../transport/nats/admission.ts';

test('no more than so many are let in, until one of them has left', () => {
  const { enter } = createAdmission({ maxCount: 2, maxBytes: 100 });
  const first = enter(1);
  const second = enter(1);
  const third = enter(1);
  first?.();
  first?.();

  assert.ok(second);
  assert.is(third, null);
  assert.ok(enter(1));
  assert.is(enter(1), null, 'leaving twice makes room once');
});

test('no more than so many bytes are let in', () => {
  const { enter } = createAdmission({ maxCount: 10, maxBytes: 100 });
  const first = enter(60);

  assert.is(enter(41), null);
  assert.ok(enter(40));
  first?.();
  assert.ok(enter(60));
});

test('what is larger than the limit is let in when nothing else is', () => {
  const { enter } = createAdmission({ maxCount: 10, maxBytes: 100 });

  const large = enter(1_000);
  const next = enter(1);
  large?.();

  assert.ok(large);
  assert.is(next, null);
  assert.ok(enter(1));
});

test.run();
