// Waits until an item or a run is in a state, as `onceward wait` does: woken by the audit, told by the record.
import { stateName } from '../../machines/record.ts';
import { findActor } from '../../services/queries/found-actor.ts';
import { openPulse } from '../../services/queries/pulse.ts';
import { parseUserAddress } from '../../services/queries/user-address.ts';
import type { Inspector } from '../../transport/nats/inspector.ts';

/** A missed wake-up costs no more than this. */
const POLL_MS = 500;

/** `address` as people type it: `shop/7/build/1`. Resolves with the revision it is found at. */
export async function isIn(session: Inspector, address: string, state: string): Promise<number> {
  const user = parseUserAddress(address);
  const pulse = await openPulse(session, user);
  try {
    for (;;) {
      const found = await findActor(session, user);
      if (found !== null && stateName(found.stored.record.state) === state) {
        return found.stored.revision;
      }
      await pulse.next(POLL_MS);
    }
  } finally {
    await pulse.close();
  }
}
