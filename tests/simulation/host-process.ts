// A host of the simulated fleet: presence, watch, host role and reaper, composed as services/app.ts does.
// It must never reach into the parts: it starts them and stops them.
import { watchPresence } from '../../services/actors/presence.ts';
import { startHostRole } from '../../services/host-role.ts';
import type { Life } from './life.ts';
import type { Server } from './server.ts';
import type { Shape } from './shape.ts';
import type { World } from './world.ts';

const silent = () => {};
export const SILENT_LOG = { info: silent, warn: silent, error: silent };

/** Stops the process in order. */
export type Stop = () => Promise<void>;

export async function startHost(
  world: World,
  { life, server, shape }: { life: Life; server: Server; shape: Shape },
): Promise<Stop> {
  const { settings } = shape.configuration;
  const identity = `host-${life.name}`;
  const announced = server.presence.announce(life, {
    ...{ identity, role: 'host', machine: life.name, pid: 1, startedAtMs: 0 },
  });
  let update = () => {};
  const watch = await watchPresence(server.presence.storeFor(life), {
    clock: life.clock,
    ttlMs: settings.presenceTtlMs,
    onChange: () => update(),
    onError: silent,
  });
  const role = await startHostRole({
    world: server.worldFor(life),
    identity,
    partitions: shape.partitions,
    watch,
    configuration: shape.configuration,
    configurationFolder: '/',
    isOwnershipIgnored: world.faults.strikes('split-view'),
    log: SILENT_LOG,
  });
  update = () => void role.updateMembers();
  await role.updateMembers();
  return async () => {
    await announced.withdraw().catch(silent);
    await role.stop();
    watch.stop();
  };
}
