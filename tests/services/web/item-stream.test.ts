// The source of an item's stream, when one of its feeds cannot be opened or comes to an end.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StreamedEvent } from '../../../services/web/event-streams.ts';
import { itemStream } from '../../../services/web/item-stream.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { rejects } from '../../support/rejects.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { handFed, itemEntry } from './feed-fixture.ts';

const LIMIT_MS = 10_000;
const ITEM = { project: 'shop', item: '1' };
const denied = () => Promise.reject(new OncewardError('BROKER_UNAVAILABLE', 'not permitted'));

function setup(changes: { openRuns?: () => Promise<ReturnType<typeof handFed>> } = {}) {
  const items = handFed();
  const runs = handFed();
  const warnings: string[] = [];
  const sent: StreamedEvent[] = [];
  let endedCount = 0;
  const { openRuns = async () => runs } = changes;
  const session = {
    partitionOf: () => 0,
    openAudit: denied,
    openRecords: async (bucket: string) => (bucket === 'onceward-items' ? items : openRuns()),
  };
  const sink = {
    send: (event: StreamedEvent) => void sent.push(event),
    pass: () => {},
    end: () => {
      endedCount += 1;
    },
  };
  const log = { warn: (_: object, message: string) => void warnings.push(message) };
  const source = (lastEventId?: string) => itemStream({ session, log }, ITEM, lastEventId)(sink);
  return { items, runs, warnings, sent, source, endedCount: () => endedCount };
}

test(
  'an item is followed without its audit where that may not be read, and resumed all the same',
  within(LIMIT_MS, async () => {
    const { items, warnings, sent, source } = setup();
    const stop = await source();
    const entry = itemEntry('shop.1');
    items.give(entry);
    await settled();
    stop();
    const again = setup();
    const stopAgain = await again.source(sent[0]?.id);
    again.items.give(entry);
    again.items.give(itemEntry('shop.1', 'parked'));
    await settled();
    stopAgain();

    assert.equal(warnings, ['followed without the audit']);
    assert.equal([sent[0]?.event, sent[0]?.id], ['record', `${entry.revision}.0.`]);
    assert.equal(
      again.sent.map(({ data }) => (data as { state: string }).state),
      ['parked'],
    );
  }),
);

test(
  'when one feed cannot be opened the others are closed',
  within(LIMIT_MS, async () => {
    const { items, source } = setup({ openRuns: denied });
    await rejects(source(), 'BROKER_UNAVAILABLE');

    assert.ok(items.isClosed());
  }),
);

test(
  'a feed that breaks ends the stream, so that its reader comes back',
  within(LIMIT_MS, async () => {
    const { runs, source, endedCount } = setup();
    const stop = await source();
    const before = endedCount();
    runs.breakOff(new Error('gone'));
    await settled();
    stop();

    assert.equal([before, endedCount()], [0, 1]);
  }),
);

test.run();
