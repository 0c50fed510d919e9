// Opens what a process works by: its configuration together with the registry of its server.
// It must never keep a process from starting that may not read the registry.
import { watchConnection } from '../transport/nats/connection-watch.ts';
import { openRecordFeed } from '../transport/nats/record-feed.ts';
import type { Clock } from '../transport/ports.ts';
import type { AppOptions } from './app-options.ts';
import { openProjectSource, type ProjectSource } from './registry/project-source.ts';

export async function followProjects(
  { configuration: file, role, log }: Pick<AppOptions, 'configuration' | 'role' | 'log'>,
  given: {
    nc: Parameters<typeof watchConnection>[0];
    clock: Clock;
    started: (() => Promise<void> | void)[];
  },
): Promise<ProjectSource> {
  const { nc, clock, started } = given;
  const link = { nc, clock, watch: watchConnection(nc) };
  const openFeed = () => openRecordFeed(link, 'onceward-projects', { isPresentIncluded: true });
  const source = await openProjectSource({
    file,
    hasConnections: role !== 'worker',
    clock,
    openFeed,
    log,
  });
  started.push(source.close);
  return source;
}
