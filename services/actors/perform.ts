// How each kind of effect is performed. Every branch is safe to repeat under the effect's id.
import { match } from 'ts-pattern';
import type { Effect } from '../../machines/effect.ts';
import type { ActorEvent } from '../../machines/event.ts';
import type { HostWorld, RefusalReason, Reply } from '../../transport/ports.ts';
import { type ArchiveOptions, archiveActor } from './archive.ts';
import type { EffectOrigin, Perform } from './outbox.ts';

export interface PerformOptions {
  world: HostWorld;
  /** Resolves after the commit of the told actor, whose own effects are then safe in its record. */
  tell: (event: ActorEvent) => Promise<Reply>;
  archive: ArchiveOptions;
  alarm: (origin: EffectOrigin, reason: string, message: string) => Promise<void>;
}

/** Refusals among actors of ours that no state explains. */
const ALARMING: readonly RefusalReason[] = [
  'schema',
  'too-large',
  'unknown-type',
  'unknown-actor',
  'newer-version',
];

/** What a worker finds in a job. The record holds everything else. */
export interface JobBody {
  v: 1;
  address: string;
  kind: 'work' | 'evaluate' | 'cleanup' | 'merge' | 'deploy';
  epoch: number;
  /** Fencing token: revision of the record that asked for the job. */
  fence: number;
}

export function createPerform({ world, tell, archive, alarm }: PerformOptions): Perform {
  return (effect: Effect, origin) =>
    match(effect)
      .with({ type: 'tell' }, async ({ to, event, data }) => {
        const atMs = world.clock.nowMs();
        const told = { address: to, type: event, id: origin.id, atMs, data, door: 'tell' } as const;
        const reply = await tell(told);
        if (reply.outcome === 'applied' || !ALARMING.includes(reply.reason)) return;
        // Repeating would not help, and nobody else hears of it.
        const what = `${event} from ${origin.address} was refused by ${to}`;
        await alarm(origin, `tell-${reply.reason}`, `${what}: ${reply.message}`);
      })
      .with({ type: 'job' }, ({ pool, kind, project, epoch }) => {
        const { address, fence, id } = origin;
        const job: JobBody = { v: 1, address, kind, epoch, fence };
        return world.publishJob({ pool, kind, project, body: JSON.stringify(job), id });
      })
      .with({ type: 'archive' }, async ({ addresses }) => {
        // The item comes last: it is what remembers that its runs are still to be archived.
        const runs = addresses.slice(0, -1);
        await Promise.all(runs.map((address) => archiveActor(address, archive)));
        for (const address of addresses.slice(-1)) await archiveActor(address, archive);
      })
      .with({ type: 'alarm' }, ({ reason, message }) => alarm(origin, reason, message))
      .exhaustive();
}
