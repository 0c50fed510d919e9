// A simulated process that has ended holds nothing any more, also not what it asked for with its last breath.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../support/within.ts';
import { runSeeds } from './fan-out.ts';
import { DEFAULT_FAULTS, profileOf } from './fault.ts';
import { createLife, type Life } from './life.ts';
import { createMailbox } from './mailbox.ts';
import { violationText } from './report.ts';
import { createWorld } from './world.ts';

/** Simulated time in which everything on its way arrives, and nothing is delivered a second time. */
const MAX_ARRIVAL_MS = 5_000;

function setup() {
  const world = createWorld({ seed: 1, profile: profileOf([]), keptLines: 1, isDigested: false });
  const { scheduler } = world;
  const idle = () => {};
  const mailbox = createMailbox(world, idle);
  const received: (string | undefined)[] = [];
  return {
    mailbox,
    received,
    start: (name: string) => createLife(world, { name, onLeave: idle, onServerFault: idle }),
    async read(life: Life, partition: number) {
      const session = await mailbox.open(life, partition);
      for await (const { messageId } of session.messages()) received.push(messageId);
    },
    /** Lets everything happen that is due within the time. */
    async settle() {
      const untilMs = scheduler.nowMs() + MAX_ARRIVAL_MS;
      scheduler.after(MAX_ARRIVAL_MS, idle);
      while (scheduler.nowMs() < untilMs) {
        scheduler.step();
        await new Promise((done) => setImmediate(done));
      }
    },
  };
}

test('whoever asks to be told of the end is told, also after it', () => {
  const life = setup().start('host');
  const told: string[] = [];
  life.onEnd(() => told.push('before'));

  life.end('crash');
  life.onEnd(() => told.push('after'));
  life.end('once more');

  assert.equal(told, ['before', 'after']);
});

test(
  'a mailbox that is opened for a process that has ended stays with whoever reads it',
  within(10_000, async () => {
    const { mailbox, read, received, settle, start } = setup();
    void read(start('living'), 0);
    await settle();
    const dying = start('dying');
    void read(dying, 0);
    dying.end('crash');
    await settle();

    mailbox.store({
      subject: 'onceward.event.item.shop.i1.open',
      body: '',
      id: 'm1',
      partition: 0,
    });
    await settle();

    assert.equal(received, ['m1']);
  }),
);

// Here a host crashed while its request for a mailbox was on its way, and another one went on reading it.
test(
  'a world in which a host crashes while it opens a mailbox comes to its end',
  within(60_000, async () => {
    const { shown } = await runSeeds({ from: 8_907, count: 1, faults: DEFAULT_FAULTS });

    assert.is(shown === null ? '' : violationText(shown, DEFAULT_FAULTS), '');
  }),
);

test.run();
