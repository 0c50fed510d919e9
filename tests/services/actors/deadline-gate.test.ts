// The gate as data: what it lets through, keeps and drops. It must not need a host.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDeadlineGate } from '../../../services/actors/deadline-gate.ts';

const due = { address: 'item.shop.7', name: 'reminder', revision: 5, atMs: 1_000 };

function setup() {
  const delivered: number[] = [];
  const gate = createDeadlineGate(({ revision }) => void delivered.push(revision));
  const pass = (revision: number) => gate.pass(3, { ...due, revision });
  return { gate, delivered, pass };
}

test('a deadline of a partition of somebody else is dropped', () => {
  const { gate, delivered, pass } = setup();

  pass(1);
  gate.hold(3);
  gate.open(3);

  assert.equal(delivered, []);
});

test('what falls due before the mailbox has caught up is delivered then, in order', () => {
  const { gate, delivered, pass } = setup();

  gate.hold(3);
  pass(1);
  pass(2);
  const before = [...delivered];
  gate.open(3);
  pass(3);

  assert.equal(before, []);
  assert.equal(delivered, [1, 2, 3]);
});

test('an open partition can be held again, after a reconnection', () => {
  const { gate, delivered, pass } = setup();
  gate.hold(3);
  gate.open(3);

  gate.hold(3);
  pass(1);
  const held = [...delivered];
  gate.open(3);

  assert.equal(held, []);
  assert.equal(delivered, [1]);
});

test('a partition that was let go delivers nothing more', () => {
  const { gate, delivered, pass } = setup();
  gate.hold(3);
  pass(1);

  gate.close(3);
  gate.open(3);
  pass(2);

  assert.equal(delivered, []);
});

test.run();
