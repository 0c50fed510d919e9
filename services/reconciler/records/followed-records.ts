// What hosts write, followed for the reconciler: every item that concerns somebody outside, the merge queues and
// deployments, and which runs have changed.
// It must never hold up whoever starts it, nor let anybody act before what is there was taken.
import { createMutex } from '../../../transport/git/mutex.ts';
import type { RecordFeed } from '../../../transport/nats/record-feed.ts';
import type { Bucket, Clock, Entry } from '../../../transport/ports.ts';
import type { Log } from '../../actors/log.ts';
import { type FollowedEntries, followEntries } from './followed-entries.ts';

const RETRY_MS = 5_000;

export interface FollowedRecordsOptions {
  openFeed: (
    bucket: 'onceward-items' | 'onceward-runs' | 'onceward-merges' | 'onceward-deployments',
    isPresentIncluded: boolean,
  ) => Promise<RecordFeed>;
  items: Pick<Bucket, 'scan'>;
  onItem: (entry: Entry) => void;
  onRun: (key: string) => void;
  /** An entry of `onceward-merges`. */
  onMerge: (entry: Entry) => void;
  /** An entry of `onceward-deployments`. */
  onDeployment: (entry: Entry) => void;
  /** After a gap: these items are there, and these merge queues and deployments. */
  onPresent: (keys: ReadonlySet<string>) => void;
  onPresentMerges: (keys: ReadonlySet<string>) => void;
  onPresentDeployments: (keys: ReadonlySet<string>) => void;
  clock: Pick<Clock, 'after'>;
  log: Log;
}

export interface FollowedRecords {
  /**
   * Calls back once everything that is there was taken: all of it the first time, later that of these projects.
   * Returns at once, and tries again until it succeeds.
   */
  take(projects: readonly string[], then: () => void): void;
  close(): void;
}

export function createFollowedRecords(options: FollowedRecordsOptions): FollowedRecords {
  const { clock, log, items, onItem } = options;
  const oneAtATime = createMutex();
  const feeds: FollowedEntries[] = [];
  let isOpen = false;
  let isClosed = false;
  let calls = 0;
  let cancelRetry = () => {};

  const takeAll = async (projects: readonly string[]): Promise<void> => {
    if (!isOpen) feeds.push(...(await openFeeds(options)));
    else for (const project of projects) await items.scan(onItem, `${project}.>`);
    isOpen = true;
    if (isClosed) close();
  };
  const close = (): void => {
    isClosed = true;
    cancelRetry();
    for (const feed of feeds.splice(0)) feed.close();
  };
  const take = (projects: readonly string[], then: () => void): void => {
    calls += 1;
    const call = calls;
    const taken = oneAtATime(async () => {
      await takeAll(projects);
      // Whoever has asked since wants something else.
      if (!isClosed && call === calls) then();
    });
    taken.catch((err: unknown) => {
      if (isClosed || call !== calls) return;
      log.error(
        { err },
        'records cannot be read; trackers and forges are left alone until they can',
      );
      cancelRetry = clock.after(RETRY_MS, () => take(projects, then));
    });
  };
  return { take, close };
}

/** Opened when they are asked for: before, nobody knows which items concern anybody. */
async function openFeeds(options: FollowedRecordsOptions): Promise<FollowedEntries[]> {
  const { openFeed, onItem, onRun, onPresent, clock, log } = options;
  const opened: FollowedEntries[] = [];
  const follow = async (
    bucket: Parameters<typeof openFeed>[0],
    take: (entry: Entry) => void,
    onKeys?: (keys: ReadonlySet<string>) => void,
  ): Promise<void> => {
    const isPresentIncluded = onKeys !== undefined;
    const feed = () => openFeed(bucket, isPresentIncluded);
    const given = { bucket, clock, log, take, openFeed: feed, onPresent: onKeys };
    opened.push(await followEntries(given));
  };
  try {
    await follow('onceward-runs', ({ key }) => onRun(key));
    await follow('onceward-merges', options.onMerge, options.onPresentMerges);
    await follow('onceward-deployments', options.onDeployment, options.onPresentDeployments);
    await follow('onceward-items', onItem, onPresent);
    return opened;
  } catch (error) {
    for (const feed of opened) feed.close();
    throw error;
  }
}
