// What a host runs for the outside: the reconciler of its projects, fed with records, members and hints.
// It must never hold up the host: trackers and forges are slow, and may be gone for hours.
import { randomShare } from '../transport/identity.ts';
import { watchConnection } from '../transport/nats/connection-watch.ts';
import { createDeliveries } from '../transport/nats/deliveries.ts';
import { openRecordFeed } from '../transport/nats/record-feed.ts';
import type { Asker, HostWorld } from '../transport/ports.ts';
import type { PresenceWatch } from './actors/presence.ts';
import { startDeliveryFeed } from './intake/delivery-feed.ts';
import { type Hint, hintName } from './intake/delivery-hint.ts';
import { createDeeds } from './reconciler/deeds.ts';
import {
  createOutsideProjects,
  type OutsideProjectsOptions,
} from './reconciler/outside/outside-projects.ts';
import { startOutsideReport } from './reconciler/outside/outside-report.ts';
import {
  createReconciler,
  type Reconciler,
  type ReconcilerOptions,
} from './reconciler/reconciler.ts';
import { createDeploymentViews } from './reconciler/records/deployment-views.ts';
import { createFollowedRecords } from './reconciler/records/followed-records.ts';
import { createItemViews } from './reconciler/records/item-views.ts';
import { createMergeViews } from './reconciler/records/merge-views.ts';
import type { Effective } from './registry/effective-configuration.ts';

export interface ReconcilerRoleOptions extends OutsideProjectsOptions {
  nc: Parameters<typeof watchConnection>[0];
  world: HostWorld;
  asker: Asker;
  identity: string;
  watch: Pick<PresenceWatch, 'present'>;
  /** Raises an alarm for people. */
  alarm: (reason: 'outside-degraded', message: string) => void;
  /** Told of each look and each deed; nobody is by default. */
  onLook?: ReconcilerOptions['onLook'] | undefined;
  onDeed?: Parameters<typeof createDeeds>[0]['onDeed'];
}

export interface ReconcilerRole extends Pick<Reconciler, 'hear' | 'status'> {
  /** Projects whose tracker or forge this host has no credential for. */
  leftAlone(): string[];
  /** Somebody came or went, or can do more or less than before. */
  updateMembers(): void;
  /** Told what this process works by now. */
  follow(effective: Effective): Promise<void>;
  stop(): Promise<void>;
}

export async function startReconcilerRole(options: ReconcilerRoleOptions): Promise<ReconcilerRole> {
  const { world, clock, log, watch, identity, onDeed, onLook = () => {} } = options;
  const views = createItemViews((name) => world.bucket(name));
  const merges = createMergeViews();
  const deployments = createDeploymentViews();
  const reconciler = createReconciler({
    ...{ identity, asker: options.asker, clock, views, merges, deployments, log, onLook },
    deeds: createDeeds({ log, onDeed }),
    random: randomShare,
    onDegraded: (project, problem) => tellOfDegradation(options, project, problem),
  });
  const outside = createOutsideProjects({
    ...options,
    onLeftAlone: (project, problem) =>
      options.alarm('outside-degraded', `this host leaves project ${project} alone: ${problem}`),
  });
  const { nc } = options;
  const link = { nc, clock, watch: watchConnection(nc) };
  const records = createFollowedRecords({
    ...{ clock, log, onItem: reconciler.takeItem, onRun: reconciler.noteRun },
    onMerge: reconciler.takeMerge,
    onDeployment: reconciler.takeDeployment,
    onPresent: views.keepOnly,
    onPresentMerges: merges.keepOnly,
    onPresentDeployments: deployments.keepOnly,
    openFeed: (bucket, isPresentIncluded) => openRecordFeed(link, bucket, { isPresentIncluded }),
    items: world.bucket('onceward-items'),
  });
  const webhooks = await hearWebhooks(options, reconciler.hear);
  const { stateDirectory } = options;
  const { leftAlone } = outside;
  const report = startOutsideReport({
    ...{ stateDirectory, identity, status: reconciler.status, leftAlone, clock, log },
  });
  return {
    updateMembers() {
      const hosts = watch.present('host');
      // A bucket that does not show even this host says nothing about the others.
      if (hosts.some((host) => host.identity === identity)) reconciler.setMembers(hosts);
    },
    leftAlone: () => [...leftAlone().keys()],
    hear: reconciler.hear,
    status: reconciler.status,
    async follow(effective) {
      const arranged = await outside.arrange(effective);
      const forges = [...arranged].filter(([, { project }]) => project.forge.hasPullRequests);
      const added = views.setForges(new Set(forges.map(([name]) => name)));
      // Items that are there come first: without them every issue would look like a new one. A host waits for neither.
      records.take(added, () => {
        reconciler.follow(arranged, effective.configuration.settings.reconcileMs);
      });
    },
    async stop() {
      records.close();
      await webhooks?.stop();
      await reconciler.stop();
      await report.stop();
    },
  };
}

/** Without them everything is seen as well, only later: a login that may not read them keeps no host from starting. */
async function hearWebhooks(
  { nc, clock, log }: ReconcilerRoleOptions,
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

function tellOfDegradation(
  { alarm, log }: ReconcilerRoleOptions,
  project: string,
  problem: string | null,
): void {
  if (problem === null) log.info({ project }, 'its tracker and forge answer again');
  else alarm('outside-degraded', `the tracker or forge of project ${project} fails: ${problem}`);
}
