// What a host runs for the outside: the reconciler of its projects, fed with records, members and hints.
// It must never hold up the host: trackers and forges are slow, and may be gone for hours.
import { watchConnection } from '../transport/nats/connection-watch.ts';
import { createDeliveries } from '../transport/nats/deliveries.ts';
import { openRecordFeed, type RecordFeed } from '../transport/nats/record-feed.ts';
import type { Asker, BucketName, Entry, HostWorld } from '../transport/ports.ts';
import type { PresenceWatch } from './actors/presence.ts';
import { createDeeds } from './intake/deeds.ts';
import { startDeliveryFeed } from './intake/delivery-feed.ts';
import { type Hint, hintName } from './intake/delivery-hint.ts';
import { createItemViews } from './intake/item-views.ts';
import { createOutsideProjects, type OutsideProjectsOptions } from './intake/outside-projects.ts';
import { createReconciler, type Reconciler, type ReconcilerOptions } from './intake/reconciler.ts';
import type { Effective } from './registry/effective-configuration.ts';

export interface IntakeRoleOptions extends OutsideProjectsOptions {
  nc: Parameters<typeof watchConnection>[0];
  world: HostWorld;
  asker: Asker;
  identity: string;
  watch: Pick<PresenceWatch, 'alive'>;
  /** Raises an alarm for people. */
  alarm: (reason: 'outside-degraded', message: string) => void;
  /** Told of each look and each deed; nobody is by default. */
  onLook?: ReconcilerOptions['onLook'] | undefined;
  onDeed?: Parameters<typeof createDeeds>[0]['onDeed'];
}

export interface IntakeRole extends Pick<Reconciler, 'hear' | 'status'> {
  /** Somebody came or went. */
  updateMembers(): void;
  /** Told what this process works by now. */
  follow(effective: Effective): Promise<void>;
  stop(): Promise<void>;
}

export async function startIntakeRole(options: IntakeRoleOptions): Promise<IntakeRole> {
  const { world, clock, log, watch, identity, onDeed, onLook = () => {} } = options;
  const views = createItemViews((name) => world.bucket(name));
  const reconciler = createReconciler({
    ...{ identity, asker: options.asker, clock, views, log, onLook },
    deeds: createDeeds({ log, onDeed }),
    random: Math.random,
    onDegraded: (project, problem) => tellOfDegradation(options, project, problem),
  });
  const outside = createOutsideProjects(options);
  const feeds = await Promise.all([
    follow(options, 'onceward-items', (entry) => reconciler.takeItem(entry)),
    follow(options, 'onceward-runs', ({ key }) => reconciler.noteRun(key)),
  ]);
  const webhooks = await hearWebhooks(options, reconciler.hear);
  return {
    updateMembers() {
      const alive = watch.alive('host');
      // A bucket that does not show even this host says nothing about the others.
      if (alive.includes(identity)) reconciler.setMembers(alive);
    },
    hear: reconciler.hear,
    status: reconciler.status,
    async follow(effective) {
      const arranged = await outside.arrange(effective);
      reconciler.follow(arranged, effective.configuration.settings.reconcileMs);
    },
    async stop() {
      for (const feed of feeds) feed.close();
      await webhooks?.stop();
      await reconciler.stop();
    },
  };
}

/** Items that are there come first, and are awaited: without them every issue would look like a new one. */
async function follow(
  { nc, clock, log }: IntakeRoleOptions,
  bucket: BucketName,
  take: (entry: Entry) => void,
): Promise<{ close(): void }> {
  const link = { nc, clock, watch: watchConnection(nc) };
  const isPresentIncluded = bucket === 'onceward-items';
  const feed = await openRecordFeed(link, bucket, { isPresentIncluded });
  void read(feed, take).catch((err: unknown) => log.error({ err, bucket }, 'the feed has ended'));
  await feed.caughtUp;
  return { close: () => void feed.close() };
}

/** Without them everything is seen as well, only later: a login that may not read them keeps no host from starting. */
async function hearWebhooks(
  { nc, clock, log }: IntakeRoleOptions,
  hear: Reconciler['hear'],
): Promise<{ stop(): Promise<void> } | null> {
  const deliveries = createDeliveries({ nc, clock, watch: watchConnection(nc) });
  try {
    const onHint = (hint: Hint) => hear(hintName(hint));
    return await startDeliveryFeed({ deliveries, onHint, clock, log });
  } catch (err) {
    log.warn({ err }, 'webhooks are not heard of; what they tell is read at each round');
    return null;
  }
}

async function read(feed: RecordFeed, take: (entry: Entry) => void): Promise<void> {
  for await (const entry of feed.entries()) take(entry);
}

function tellOfDegradation(
  { alarm, log }: IntakeRoleOptions,
  project: string,
  problem: string | null,
): void {
  if (problem === null) log.info({ project }, 'its tracker and forge answer again');
  else alarm('outside-degraded', `the tracker or forge of project ${project} fails: ${problem}`);
}
