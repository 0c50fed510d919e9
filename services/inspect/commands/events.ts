// `onceward events`: everything the audit knows of one actor, from its opening on, refused events and lost claims
// included; with `--follow` until it is interrupted. It only reads.
import type { ActorRecord } from '../../../machines/record.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { openHappenings } from '../../queries/happenings.ts';
import { withSession } from '../../queries/session.ts';
import { parseUserAddress } from '../../queries/user-address.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { lossNotices, printHappening } from '../happening-line.ts';

export interface EventsInput {
  address: string;
  isFollowing?: boolean;
}

/** Entries are stored some milliseconds after the time that stands in them, which another clock has told. */
const STORED_BEFORE_MS = 10_000;

/** @throws ACTOR_NOT_FOUND, USAGE, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function events(context: CommandContext, input: EventsInput): Promise<number> {
  const user = parseUserAddress(input.address);
  const stop = context.stopSignal();
  await withSession(context, async (session) => {
    const { address, stored } = await requireActor(session, user);
    const happenings = await openHappenings(session, {
      sinceMs: Math.max(0, openedAtMs(stored.record) - STORED_BEFORE_MS),
      partition: session.partitionOf(address),
      ...lossNotices(context),
    });
    const close = () => void happenings.close();
    stop.addEventListener('abort', close, { once: true });
    if (stop.aborted) close();
    if (!input.isFollowing) void happenings.caughtUp.then(close);
    try {
      for await (const happening of happenings.entries()) {
        if (happening.address === address) printHappening(context, happening);
      }
    } finally {
      close();
    }
  });
  return stop.aborted ? EXIT.interrupted : EXIT.done;
}

/** Everything before is about nothing. */
function openedAtMs({ context, sinceMs }: ActorRecord): number {
  const { openedAtMs: openedMs } = context as { openedAtMs?: unknown };
  return typeof openedMs === 'number' ? openedMs : sinceMs;
}
