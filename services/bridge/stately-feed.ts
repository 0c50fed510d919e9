// What one page is told, from the first record to the last: first who is there, then each change in its order.
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { isBelow, parseAuditMessage } from '../queries/audit-entries.ts';
import type { Session } from '../queries/session.ts';
import {
  actorMessage,
  changeMessages,
  refusalMessage,
  type StatelyMessage,
} from './stately-messages.ts';

/** More than this no inspector shows; later ones are left out. */
const MAX_ACTORS = 500;

export interface BridgeScope {
  /** `project`, `project/item`, `project/item/stage` or a run; null for everything. */
  filter: string | null;
  /** Leaves free text out. */
  isRedacted: boolean;
  onNotice: (text: string) => void;
}

interface Listener {
  /** Resolves once the text is on its way. */
  send(text: string): Promise<void>;
  closed: Promise<void>;
}

type Kind = 'item' | 'run';

/** Resolves when the listener is gone, or the feeds have ended. @throws BROKER_UNAVAILABLE */
export async function tellEverything(
  session: Pick<Session, 'openRecords' | 'openAudit'>,
  scope: BridgeScope,
  { send, closed }: Listener,
): Promise<void> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(opened.map((feed) => feed.close()));
  };
  const kept = <Feed extends { close(): Promise<void> }>(feed: Feed): Feed => {
    opened.push(feed);
    return feed;
  };
  const openRecords = async (kind: Kind) => {
    const filter = keysBelow(kind, scope.filter);
    return kept(await session.openRecords(BUCKET_OF[kind], { filter, isPresentIncluded: true }));
  };
  const teller = createTeller(scope);
  const tell = async (messages: StatelyMessage[]) => {
    for (const message of messages) await send(JSON.stringify(message));
  };
  const tellRecords = async (kind: Kind, entries: AsyncIterable<Entry>) => {
    for await (const entry of entries) await tell(teller.ofEntry(kind, entry));
  };
  const tellRefusals = async (bodies: AsyncIterable<string>) => {
    for await (const body of bodies) await tell(teller.ofAudit(body));
  };
  try {
    const audit = kept(await session.openAudit());
    const items = await openRecords('item');
    const runs = await openRecords('run');
    void closed.then(close);
    // Items first: a run is shown below its item.
    const itemsTold = tellRecords('item', items.entries());
    await Promise.race([items.caughtUp, itemsTold]);
    const runsTold = tellRecords('run', runs.entries());
    await Promise.all([itemsTold, runsTold, tellRefusals(audit.bodies())]);
  } finally {
    await close();
  }
}

function createTeller({ filter, isRedacted, onNotice }: BridgeScope) {
  const told = new Set<string>();
  let isFull = false;
  return {
    ofEntry(kind: Kind, entry: Entry): StatelyMessage[] {
      const address = `${kind}.${entry.key}`;
      const loaded = entry.value === null ? null : decodeEntry(entry);
      if (loaded?.status !== 'stored') {
        told.delete(address);
        return [];
      }
      if (told.has(address)) return changeMessages(address, loaded.stored, isRedacted);
      if (told.size >= MAX_ACTORS) {
        if (!isFull) onNotice(`only the first ${MAX_ACTORS} actors are shown: name a filter`);
        isFull = true;
        return [];
      }
      told.add(address);
      return [actorMessage(address, loaded.stored, isRedacted)];
    },
    ofAudit(body: string): StatelyMessage[] {
      return parseAuditMessage(body)
        .filter(({ address, outcome }) => outcome === 'refused' && told.has(address))
        .filter((entry) => filter === null || isBelow(entry, filter))
        .map((entry) => refusalMessage(entry, isRedacted));
    },
  };
}

/** The keys of a bucket below a filter. Of a run, its item is shown, too. */
function keysBelow(kind: Kind, filter: string | null): string {
  if (filter === null) return '>';
  const parts = filter.split('/');
  if (kind === 'item') return parts.length === 1 ? `${parts[0]}.*` : parts.slice(0, 2).join('.');
  return parts.length === 4 ? parts.join('.') : `${parts.join('.')}.>`;
}
