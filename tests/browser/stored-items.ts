// Very many items of one project, as hosts would have left them: copies of one that a host has stored, in several
// states, written straight into the bucket. Nothing is under way for them: they only stand there.
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import type { Bucket, Write } from '../../transport/ports.ts';
import { natsServer } from '../support/nats-server.ts';
import type { PageFleet } from '../support/page-fixture.ts';

const BATCH_WRITES = 200;
const NAME_BASE = 10_000;
const PARKING = { reason: 'not-landed', message: 'the commit was not seen on main', atMs: 1 };

/** What stands at each place of ten, by the state and the stage it is in. */
const PLACES = ['parked', 'approval', 'ship', 'ship'] as const;

export interface StoredItems {
  count: number;
  parked: number;
  awaiting: number;
  /** In stage `ship`, and working like the rest. */
  ship: number;
}

/** `shop/bulk-10000` and so on; the last is the newest. Its title is `Item <number>`. */
export async function storeItems(fleet: PageFleet, count: number): Promise<StoredItems> {
  await fleet.submit('shop/bulk', 'Item');
  const { url } = await natsServer();
  const nc = await connectNats({ url, name: 'stored-items' });
  const items = createBucket(nc, 'onceward-items');
  const model = (await items.read('shop.bulk'))?.value ?? '';
  await Promise.all(
    Array.from({ length: Math.ceil(count / BATCH_WRITES) }, (_, batch) => {
      const first = batch * BATCH_WRITES;
      const length = Math.min(BATCH_WRITES, count - first);
      return write(
        items,
        Array.from({ length }, (_, index) => itemLike(model, first + index)),
      );
    }),
  );
  await nc.close();
  const tenth = count / 10;
  return { count, parked: tenth, awaiting: tenth, ship: 2 * tenth };
}

function itemLike(model: string, index: number): Write {
  const item = `bulk-${NAME_BASE + index}`;
  const record = JSON.parse(model);
  const { context } = record;
  const place = PLACES[index % 10];
  Object.assign(context, { item, title: `Item ${NAME_BASE + index}` });
  if (place === 'ship') context.current.stage = 'ship';
  if (place === 'approval') record.state = 'awaitingApproval';
  if (place === 'parked') {
    Object.assign(context, { current: null, next: 'build', parking: PARKING });
    record.state = 'parked';
  }
  return { key: `shop.${item}`, value: JSON.stringify(record), expectedRevision: 0 };
}

async function write(items: Bucket, writes: Write[]): Promise<void> {
  const { outcome } = await items.writeBatch(writes);
  if (outcome !== 'won') throw new Error(`a batch of ${writes.length} was ${outcome}`);
}
