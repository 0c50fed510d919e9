// What a process of role `host` runs: the host itself, told who is alive, and the reaper beside it.

import type { HostWorld } from '../transport/ports.ts';
import { createCommitter } from './actors/commit.ts';
import { createHost, type Host } from './actors/host.ts';
import type { Log } from './actors/log.ts';
import type { Observer } from './actors/observer.ts';
import type { PresenceWatch } from './actors/presence.ts';
import type { Configuration } from './config/schema.ts';
import { openingOf, registerProjects } from './project-registry.ts';
import { startDraining } from './registry/drained-projects.ts';
import type { Effective } from './registry/effective-configuration.ts';
import { reportLost } from './sweeps/lost-work.ts';
import { startReaper } from './sweeps/reaper.ts';

export interface HostRoleOptions {
  world: HostWorld;
  identity: string;
  partitions: number;
  watch: PresenceWatch;
  configuration: Configuration;
  configurationFolder: string;
  isOwnershipIgnored: boolean;
  /** Who looks on; nobody by default. */
  observer?: Observer | undefined;
  log: Log;
}

export interface HostRole {
  ask: Host['ask'];
  status: Host['status'];
  alarm: Host['alarm'];
  /** Tells the host who is alive now. */
  updateMembers(): Promise<void>;
  /** Takes over a configuration that was read again: of the file alone, not of the registry. */
  apply(configuration: Configuration): Promise<void>;
  /** Told what this process works by now: the file and the registry together. */
  follow(effective: Effective): Promise<void>;
  stop(): Promise<void>;
}

export async function startHostRole(options: HostRoleOptions): Promise<HostRole> {
  const { world, identity, watch, configuration, log } = options;
  const { settings } = configuration;
  const projects = world.bucket('onceward-projects');
  const committer = createCommitter(projects, { clock: world.clock, mode: 'single' });
  const apply = (next: Configuration) =>
    registerProjects(next, options.configurationFolder, { bucket: projects, committer });
  await apply(configuration);

  const host = createHost({
    world,
    identity,
    partitions: options.partitions,
    commitMode: settings.commitMode,
    completeOpening: (project) => openingOf(projects, project),
    isOwnershipIgnored: options.isOwnershipIgnored,
    observer: options.observer,
    log,
  });
  const reaper = startReaper({
    clock: world.clock,
    sweepMs: settings.sweepMs,
    ttlMs: settings.presenceTtlMs,
    bootGraceMs: settings.bootGraceMs,
    outageHoldMs: settings.outageHoldMs,
    liveRuns: host.liveRuns,
    unseenMs: watch.unseenMs,
    isPresenceTrusted: () => watch.alive('host').includes(identity),
    reportLost: (run) => reportLost(host, run, log),
    alarm: (message) => host.alarm('outage', message),
  });
  const draining = startDraining({
    ...{ clock: world.clock, projects, items: world.bucket('onceward-items'), committer, log },
  });
  const updateMembers = async (): Promise<void> => {
    const alive = watch.alive('host');
    // A presence bucket that does not show even this host says nothing about the others: a server that was
    // restarted has forgotten everybody for a moment.
    if (alive.includes(identity)) await host.setMembers(alive);
  };
  await host.setMembers([...new Set([...watch.alive('host'), identity])]);

  return {
    ask: host.ask,
    status: host.status,
    alarm: host.alarm,
    updateMembers,
    apply,
    follow: async (effective) => draining.update(effective.draining),
    async stop() {
      draining.stop();
      reaper.stop();
      await host.stop();
    },
  };
}
