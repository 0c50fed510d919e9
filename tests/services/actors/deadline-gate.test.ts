// The gate before the deadlines: shut until the mailbox has caught up, and for what belongs to somebody else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDeadlineGate } from '../../../services/actors/deadline-gate.ts';
import type { DueDeadline } from '../../../services/actors/deadlines.ts';

function setup() {
  const delivered: string[] = [];
  const gate = createDeadlineGate(({ address, name }) => void delivered.push(`${address} ${name}`));
  return { delivered, gate };
}

function due(name: string): DueDeadline {
  return { address: 'run.shop.7.build.1', name, revision: 3, atMs: 1_000 };
}

test('what falls due in a partition nobody has given to this host is dropped', () => {
  const { delivered, gate } = setup();

  gate.pass(1, due('grace-elapsed'));
  gate.open(1);

  assert.equal(delivered, []);
});

test('what falls due before the mailbox has caught up is kept, and comes in order when it has', () => {
  const { delivered, gate } = setup();
  gate.hold(1);

  gate.pass(1, due('queue-stalled'));
  gate.pass(1, due('grace-elapsed'));
  const early = [...delivered];
  gate.open(1);

  assert.equal(early, []);
  assert.equal(delivered, ['run.shop.7.build.1 queue-stalled', 'run.shop.7.build.1 grace-elapsed']);
});

test('once open everything comes at once, and nothing twice', () => {
  const { delivered, gate } = setup();
  gate.hold(1);
  gate.pass(1, due('queue-stalled'));
  gate.open(1);

  gate.pass(1, due('grace-elapsed'));
  gate.open(1);

  assert.is(delivered.length, 2);
});

test('after a reconnection it is shut again, and keeps what it has kept', () => {
  const { delivered, gate } = setup();
  gate.hold(1);
  gate.pass(1, due('queue-stalled'));
  gate.hold(1);
  gate.open(1);
  gate.hold(1);

  gate.pass(1, due('grace-elapsed'));

  assert.equal(delivered, ['run.shop.7.build.1 queue-stalled']);
});

test('what was kept of a partition that is let go is dropped', () => {
  const { delivered, gate } = setup();
  gate.hold(1);
  gate.pass(1, due('grace-elapsed'));

  gate.close(1);
  gate.hold(1);
  gate.open(1);

  assert.equal(delivered, []);
});

test('partitions do not wait for each other', () => {
  const { delivered, gate } = setup();
  gate.hold(1);
  gate.hold(2);
  gate.open(2);

  gate.pass(1, due('queue-stalled'));
  gate.pass(2, due('grace-elapsed'));

  assert.equal(delivered, ['run.shop.7.build.1 grace-elapsed']);
});

test('what waits for its mailbox is known, until it is open or let go', () => {
  const gate = createDeadlineGate(() => {});
  gate.hold(1);
  gate.hold(2);
  gate.hold(3);
  gate.open(2);
  gate.close(3);

  assert.equal(gate.held(), [1]);
});

test.run();
