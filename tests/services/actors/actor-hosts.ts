// Hosts without a server: actors, outbox and deadlines of their own each, over the same buckets in memory.
// Effects are written down and never performed, unless a test lets tells go on to their actors.
import { parseAddress } from '../../../machines/address.ts';
import type { Effect } from '../../../machines/effect.ts';
import type { ActorEvent } from '../../../machines/event.ts';
import type { Stored } from '../../../machines/record.ts';
import { type Actors, createActors } from '../../../services/actors/actors.ts';
import { type Committer, createCommitter } from '../../../services/actors/commit.ts';
import { createDeadlines, type DueDeadline } from '../../../services/actors/deadlines.ts';
import type { Outcome } from '../../../services/actors/delivery.ts';
import { createLiveRuns, type LiveRuns } from '../../../services/actors/live-run.ts';
import { createOutbox, type EffectOrigin, type Outbox } from '../../../services/actors/outbox.ts';
import {
  BUCKET_OF,
  createRecordCache,
  decodeEntry,
  type RecordCache,
} from '../../../services/actors/record-cache.ts';
import type { BucketName } from '../../../transport/ports.ts';
import { createMemoryBucket, type MemoryBucket } from '../../support/memory-bucket.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';

/** Longer than every retry together. */
export const LONG_MS = 120_000;

export interface ActorWorld {
  clock: VirtualClock;
  bucket(name: BucketName): MemoryBucket;
  /** The record as the bucket has it, past any cache. */
  stored(address: string): Promise<Stored | null>;
}

export function createActorWorld(): ActorWorld {
  const clock = createVirtualClock();
  const buckets = new Map<BucketName, MemoryBucket>();
  const bucket = (name: BucketName): MemoryBucket => {
    const known = buckets.get(name) ?? createMemoryBucket({ name, clock });
    buckets.set(name, known);
    return known;
  };
  return {
    clock,
    bucket,
    async stored(address) {
      const parsed = parseAddress(address);
      const entry = parsed && (await bucket(BUCKET_OF[parsed.kind]).read(parsed.key));
      const loaded = entry && decodeEntry(entry);
      return loaded?.status === 'stored' ? loaded.stored : null;
    },
  };
}

export interface Performed {
  effect: Effect;
  origin: EffectOrigin;
}

export interface ActorHost {
  identity: string;
  actors: Actors;
  cache: RecordCache;
  liveRuns: LiveRuns;
  outbox: Outbox;
  performed: Performed[];
  /** Effects by name: `advance`, `job`, `alarm`, … */
  performedNames(): string[];
  outcomes: Outcome[];
  reports: string[];
  fired: DueDeadline[];
  stopRetrying(): void;
}

/** Takes the place of a host's committer of one bucket: how a law is broken on purpose. */
export type Mutation = (
  committer: Committer,
  host: { outbox: Outbox; bucket: BucketName },
) => Committer;

export interface ActorHostOptions {
  mutation?: Mutation;
  /** Tells are delivered to the actors of this same host. */
  isTelling?: boolean;
  /** Called with each effect before it is performed; a rejection makes it fail. */
  onPerform?: (performed: Performed) => Promise<void> | void;
}

export function createActorHost(
  world: ActorWorld,
  identity: string,
  options: ActorHostOptions = {},
): ActorHost {
  const { clock } = world;
  const performed: Performed[] = [];
  const outcomes: Outcome[] = [];
  const reports: string[] = [];
  const fired: DueDeadline[] = [];
  let isStopping = false;

  const cache = createRecordCache(world.bucket, world.clock.monotonicMs);
  const liveRuns = createLiveRuns();
  const outbox = createOutbox(
    clock,
    async (effect, origin) => {
      await options.onPerform?.({ effect, origin });
      performed.push({ effect, origin });
      if (options.isTelling && effect.type === 'tell') await actors.deliver(toldOf(effect, origin));
    },
    () => {},
  );
  const toldOf = (effect: Extract<Effect, { type: 'tell' }>, { id }: EffectOrigin): ActorEvent => {
    const { to: address, event: type, data } = effect;
    return { address, type, id, data, atMs: clock.nowMs(), door: 'tell' };
  };
  const actors: Actors = createActors({
    ...{ identity, cache, liveRuns, outbox, clock },
    committerOf: committersOf(world, { outbox, mutation: options.mutation }),
    deadlines: createDeadlines(clock, (due) => void fired.push(due)),
    record: (outcome) => void outcomes.push(outcome),
    report: (event) => void reports.push(event.id),
    isStopping: () => isStopping,
  });
  return {
    ...{ identity, actors, cache, liveRuns, outbox, performed, outcomes, reports, fired },
    performedNames: () =>
      performed.map(({ effect }) => (effect.type === 'tell' ? effect.event : effect.type)),
    stopRetrying() {
      isStopping = true;
    },
  };
}

function committersOf(
  world: ActorWorld,
  { outbox, mutation }: { outbox: Outbox; mutation: Mutation | undefined },
): (name: BucketName) => Committer {
  const committers = new Map<BucketName, Committer>();
  return (name) => {
    const options = { clock: world.clock, mode: 'batch' as const };
    const honest = committers.get(name) ?? createCommitter(world.bucket(name), options);
    committers.set(name, honest);
    return mutation === undefined ? honest : mutation(honest, { outbox, bucket: name });
  };
}
