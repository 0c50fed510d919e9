// Tells a reader that the board has changed, and not more often than it can be looked at.
// It must never say how: who wants to know asks for what is in sight.
import type { Clock } from '../../transport/ports.ts';
import type { BoardIndex } from './board-index.ts';
import type { Source } from './event-streams.ts';

const INTERVAL_MS = 250;

/** The present version at once, then each change, those that come together as one. */
export function boardStream(board: BoardIndex, clock: Clock): Source {
  return async (sink) => {
    let cancelWait: (() => void) | null = null;
    let hasChanged = false;
    const tell = () => {
      hasChanged = false;
      sink.send({ event: 'changed', data: { version: board.version() } });
      cancelWait = clock.after(INTERVAL_MS, () => {
        cancelWait = null;
        if (hasChanged) tell();
      });
    };
    const unfollow = board.follow(() => {
      hasChanged = true;
      if (cancelWait === null) tell();
    });
    tell();
    return () => {
      unfollow();
      cancelWait?.();
    };
  };
}
