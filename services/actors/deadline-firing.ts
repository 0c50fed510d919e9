// Makes an event of each deadline that has come, and delivers a bounded number of them at a time. A fleet that was
// away finds a hundred thousand overdue, and nats-server, asked for ten thousand records at once, drops every question
// that waits, those of everybody else included.
import type { ActorEvent } from '../../machines/event.ts';
import type { Clock } from '../../transport/ports.ts';
import { createBoundedWork } from './bounded-work.ts';
import type { DueDeadline } from './deadlines.ts';
import type { Log } from './log.ts';

/** As many as one batch of commits takes, and some that are still being read. */
const MAX_UNDER_WAY = 256;

export interface DeadlineFiring {
  /** Now, or when its turn has come. */
  fire(due: DueDeadline): void;
  /** Begins nothing more: whoever takes the partition over finds the deadline in the record. */
  stop(): void;
}

export function createDeadlineFiring(
  deliver: (event: ActorEvent) => Promise<unknown>,
  { clock, log }: { clock: Pick<Clock, 'nowMs'>; log: Pick<Log, 'error'> },
): DeadlineFiring {
  const work = createBoundedWork(MAX_UNDER_WAY);
  return {
    fire({ address, name, revision }) {
      work.add(async () => {
        const id = `${address}:${revision}:${name}`;
        const atMs = clock.nowMs();
        const event = { address, type: name, id, atMs, data: {}, door: 'deadline' } as const;
        await deliver(event).catch((err: unknown) => {
          log.error({ address, event: name, err }, 'deadline could not be delivered');
        });
      });
    },
    stop: () => void work.stop(),
  };
}
