// Follows one item through the audit stream until it and its last run have come to rest.
// It must never take a parked item for a finished one.
import { itemAddress } from '../../machines/address.ts';
import type { AuditLine } from '../queries/audit-entries.ts';
import { isBelow, parseAuditMessage } from '../queries/audit-entries.ts';
import type { Session } from '../queries/session.ts';
import { createRunLedger, type RunLedger } from './run-ledger.ts';

/** States in which nothing more happens by itself. */
const AT_REST = ['done', 'failed', 'cancelled', 'parked'];
const ENDED = ['advanced', 'cancelled'];

export interface ItemToFollow {
  project: string;
  item: string;
  title: string;
  body: string;
}

export interface FollowOptions {
  session: Session;
  limitMs: number;
  stopSignal: AbortSignal;
  /** Every new entry of the item and its runs, in the order of the stream. */
  onEntry: (entry: AuditLine) => Promise<void>;
}

/** Opens the item and follows it. `over` tells why following ended. */
export async function followItem(
  item: ItemToFollow,
  options: FollowOptions,
): Promise<{ ledger: RunLedger; over: 'at-rest' | 'stopped' | 'timed-out' }> {
  const { session, limitMs, stopSignal } = options;
  const ledger = createRunLedger();
  const feed = await session.openAudit();
  let isTimedOut = false;
  const cancelLimit = session.clock.after(limitMs, () => {
    isTimedOut = true;
    void feed.close();
  });
  const onStop = () => void feed.close();
  stopSignal.addEventListener('abort', onStop, { once: true });
  try {
    await open(item, session);
    if (stopSignal.aborted) onStop();
    for await (const body of feed.bodies()) {
      for (const entry of parseAuditMessage(body)) {
        if (!isBelow(entry, `${item.project}/${item.item}`) || !ledger.add(entry)) continue;
        await options.onEntry(entry);
      }
      if (isAtRest(ledger)) return { ledger, over: 'at-rest' };
    }
    return { ledger, over: isTimedOut ? 'timed-out' : 'stopped' };
  } finally {
    cancelLimit();
    stopSignal.removeEventListener('abort', onStop);
    await feed.close();
  }
}

async function open({ project, item, title, body }: ItemToFollow, session: Session): Promise<void> {
  const address = itemAddress(project, item);
  const data = { title, body, by: 'demo' };
  const reply = await session.asker.ask({ address, type: 'open', id: `open:${item}`, data });
  if (reply.outcome === 'refused') throw new Error(`the item was refused: ${reply.message}`);
}

function isAtRest(ledger: RunLedger): boolean {
  const isItemAtRest = AT_REST.includes(ledger.item()?.state ?? '');
  return isItemAtRest && ledger.runs().every(({ steps }) => ENDED.includes(steps.at(-1)?.to ?? ''));
}
