// The source of the queues' stream: what it tells of a record, and how it ends.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeRecord } from '../../../machines/record.ts';
import type { StreamedEvent } from '../../../services/web/event-streams.ts';
import { recordStream } from '../../../services/web/record-stream.ts';
import { enqueue, openQueue } from '../../support/queue-steps.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { handFed, removal } from './feed-fixture.ts';

const LIMIT_MS = 5_000;
const KEY = 'shop.release=2F1';

async function setup(key?: string) {
  const feed = handFed();
  const asked: object[] = [];
  const sent: StreamedEvent[] = [];
  let endedCount = 0;
  const openRecords = async (bucket: string, choice: object) => {
    asked.push({ bucket, ...choice });
    return feed;
  };
  const sink = {
    send: (event: StreamedEvent) => void sent.push(event),
    pass: () => {},
    end: () => {
      endedCount += 1;
    },
  };
  const stop = await recordStream({ openRecords }, 'merge', key)(sink);
  return { feed, asked, sent, stop, endedCount: () => endedCount };
}

function queueEntry(revision: number) {
  const queue = openQueue();
  queue.send(enqueue('1', {}, { title: 'a secret of the shop' }));
  const value = encodeRecord(queue.stored().record);
  return { key: KEY, value, revision, storedAtMs: 0 };
}

test(
  'of a new record its state and the event are told, and nothing else of it',
  within(LIMIT_MS, async () => {
    const { feed, sent, stop, asked } = await setup(KEY);
    feed.give(queueEntry(7));
    feed.give(removal(KEY));
    await settled();
    stop();
    const [record, removed] = sent;

    assert.equal(asked, [{ bucket: 'onceward-merges', filter: KEY, isPresentIncluded: false }]);
    assert.is(record?.event, 'record');
    assert.match(
      JSON.stringify(record?.data),
      /"merge\.shop\.release=2F1","revision":7,"state":"preparing"/,
    );
    assert.not.match(JSON.stringify(record?.data), 'secret');
    assert.is(removed?.event, 'removed');
  }),
);

test(
  'a record that cannot be read is told to be so',
  within(LIMIT_MS, async () => {
    const { feed, sent, stop } = await setup();
    feed.give({ key: KEY, value: '{', revision: 8, storedAtMs: 0 });
    await settled();
    stop();

    assert.match(JSON.stringify(sent), '"state":"corrupt"');
  }),
);

test(
  'a feed that breaks ends the stream, and a reader that leaves ends the feed',
  within(LIMIT_MS, async () => {
    const broken = await setup();
    broken.feed.breakOff(new Error('gone'));
    await settled();
    const left = await setup();
    left.stop();
    await settled();

    assert.is(broken.endedCount(), 1);
    assert.ok(left.feed.isClosed());
  }),
);

test.run();
