// Starts what looks outside, in a process that decides: the two go together, and ask each other directly.
// It must never outlive the host beside it.
import { createAsker } from '../transport/nats/asker.ts';
import type { Clock, HostWorld, Presence } from '../transport/ports.ts';
import { createLocalAsker } from './actors/local-asker.ts';
import type { AppOptions } from './app-options.ts';
import { boundedStop } from './bounded-stop.ts';
import type { HostRole } from './host-role.ts';
import type { Fleet } from './membership.ts';
import type { Observability } from './observability/observability.ts';
import { identityOf } from './presences.ts';
import { partitionFor } from './queries/session.ts';
import { type ReconcilerRole, startReconcilerRole } from './reconciler-role.ts';

/** Beside a host: whoever decides also looks outside. */
export async function startReconcilerBeside(
  { configurationFolder: folder, environment, version = 'unknown', log }: AppOptions,
  given: Pick<Fleet, 'watch' | 'listeners'> & {
    nc: Parameters<typeof createAsker>[0];
    clock: Clock;
    world: HostWorld;
    partitions: number;
    host: HostRole | null;
    presences: Presence[];
    stateDirectory: string;
    observability: Pick<Observability, 'onLook' | 'onDeed'>;
    started: (() => Promise<void> | void)[];
  },
): Promise<ReconcilerRole | null> {
  const { host, nc, clock, world, watch, partitions, stateDirectory, listeners, started } = given;
  const { onLook, onDeed } = given.observability;
  const identity = identityOf(given.presences, 'host');
  if (host === null || identity === null) return null;
  const remote = createAsker(nc, clock, (address) => partitionFor(address, partitions));
  const asker = createLocalAsker({ host, remote, clock });
  const reconciler = await startReconcilerRole({
    ...{ nc, clock, world, watch, asker, identity, log, alarm: host.alarm },
    ...{ environment, folder, stateDirectory, version, onLook, onDeed },
  });
  listeners.push(reconciler.updateMembers);
  reconciler.updateMembers();
  started.push(boundedStop('reconciler', reconciler.stop, { clock, log }));
  return reconciler;
}
