// What happens to merge queues and deployments, as it happens: the outline of each new record.
// It must never send a record whole, nor what was there before: whoever listens reads when the stream begins.
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { RecordFeed } from '../../transport/nats/record-feed.ts';
import { BUCKET_OF } from '../actors/record-cache.ts';
import { userAddress } from '../queries/user-address.ts';
import type { EventSink, Source } from './event-streams.ts';
import { recordOutline } from './record-outline.ts';

type Kind = 'merge' | 'deployment';

/** `key` is that of one record; without it all of the kind are followed. */
export function recordStream(
  session: Pick<Inspector, 'openRecords'>,
  kind: Kind,
  key?: string,
): Source {
  return async (sink) => {
    const choice = { filter: key, isPresentIncluded: false };
    const feed = await session.openRecords(BUCKET_OF[kind], choice);
    // A feed that has ended ends the stream: the reader comes back and gets a new one.
    void sendRecords(feed, kind, sink)
      .catch(() => {})
      .then(() => sink.end());
    return () => void feed.close();
  };
}

async function sendRecords(feed: RecordFeed, kind: Kind, sink: EventSink): Promise<void> {
  for await (const entry of feed.entries()) {
    const { key, revision, value } = entry;
    const address = userAddress(`${kind}.${key}`);
    if (value === null) sink.send({ event: 'removed', data: { address, revision } });
    else sink.send({ event: 'record', data: { address, revision, ...recordOutline(entry) } });
  }
}
