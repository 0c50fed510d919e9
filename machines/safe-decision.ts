// A decision on what may be of any make: a record or an event that was read from a file or typed by hand.
// It must never throw: what cannot be decided is refused.
import { type Decision, decide } from './decide.ts';
import type { ActorEvent } from './event.ts';
import { oneLine } from './one-line.ts';
import type { Stored } from './record.ts';

/** Like `decide`; what the machine cannot even be asked is refused as `schema`. */
export function decideSafely(stored: Stored | null, event: ActorEvent): Decision {
  try {
    return decide(stored, event);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const why = oneLine(`could not be decided: ${message}`);
    return { outcome: 'refused', reason: 'schema', message: why };
  }
}
