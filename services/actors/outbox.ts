// Performs the effects that stand in records, in order for each target, at least once and under fixed ids.
// Only effects of a committed record get here: whoever lost the commit has nothing to perform.
import { type Effect, effectId, type PendingEffect } from '../../machines/effect.ts';
import type { Clock } from '../../transport/ports.ts';

/** Performs one effect. Repeating it under the same id must be harmless. */
export type Perform = (effect: Effect, origin: EffectOrigin) => Promise<void>;

export interface EffectOrigin {
  /** `<address>:<revision>:<n>` */
  id: string;
  address: string;
  /** Fencing token: the revision of the commit that ordered the effect. */
  fence: number;
}

export interface Outbox {
  /**
   * Queues effects of a committed record; resolves once all of them have been performed, but for
   * archiving: that is housekeeping, done in the background and waited for by nobody.
   */
  schedule(address: string, revision: number, effects: readonly PendingEffect[]): Promise<void>;
  isPerformed(address: string, pending: PendingEffect): boolean;
  /** Drops what is remembered of effects that no record carries any more. */
  prune(address: string, outbox: readonly PendingEffect[]): void;
  /** Resolves once the effects of this actor that are queued now have been performed. */
  drained(address: string): Promise<void>;
  /** Nothing more is begun; what is under way is waited for. */
  stop(): Promise<void>;
}

/** How many finished items are archived at the same time. */
const MAX_BACKGROUND_EFFECTS = 32;
/** Archiving is in no hurry, and several items that end together share its writes. */
const ARCHIVE_AFTER_MS = 1_000;
const RETRY_BACKOFF_MS = 100;
const RETRY_BACKOFF_CAP_MS = 5_000;

export function createOutbox(
  clock: Clock,
  perform: Perform,
  report: (origin: EffectOrigin, error: unknown) => void,
): Outbox {
  const tails = new Map<string, Tail>();
  const performed = new Map<string, Set<string>>();
  const scheduled = new Set<string>();
  const background = createBackground();
  let isStopped = false;

  const performOne = async (effect: Effect, origin: EffectOrigin) => {
    for (let tries = 0; !isStopped; tries += 1) {
      try {
        await perform(effect, origin);
        remember(origin);
        // No record carries their effects any more, and none ever will.
        if (effect.type === 'archive') for (const gone of effect.addresses) performed.delete(gone);
        return;
      } catch (error) {
        report(origin, error);
        const delayMs = Math.min(RETRY_BACKOFF_CAP_MS, RETRY_BACKOFF_MS * 2 ** Math.min(tries, 10));
        await new Promise<void>((done) => void clock.after(delayMs, done));
      }
    }
  };

  const remember = (origin: EffectOrigin) => {
    scheduled.delete(origin.id);
    const known = performed.get(origin.address) ?? new Set();
    performed.set(origin.address, known.add(origin.id));
  };

  /** Effects for one target keep their order; different targets need not wait for each other. */
  const append = (tail: Tail, effect: Effect, perform: () => Promise<void>) => {
    if (effect.type === 'archive') {
      void tail.all.then(() => clock.after(ARCHIVE_AFTER_MS, () => background.run(perform)));
      return;
    }
    const target = effect.type === 'tell' ? effect.to : effect.type;
    const mine = (tail.targets.get(target) ?? Promise.resolve()).then(perform);
    tail.targets.set(target, mine);
    tail.all = Promise.all([tail.all, mine]).then(() => {});
  };

  return {
    schedule(address, revision, effects) {
      const tail = tails.get(address) ?? { all: Promise.resolve(), targets: new Map() };
      for (const pending of effects) {
        const id = effectId(address, revision, pending);
        if (scheduled.has(id) || performed.get(address)?.has(id)) continue;
        scheduled.add(id);
        const origin = { id, address, fence: pending.revision ?? revision };
        append(tail, pending.effect, () => performOne(pending.effect, origin));
      }
      tails.set(address, tail);
      const { all } = tail;
      void all.then(() => {
        if (tails.get(address)?.all === all) tails.delete(address);
      });
      return all;
    },
    isPerformed: (address, pending) =>
      performed.get(address)?.has(effectId(address, pending.revision ?? 0, pending)) ?? false,
    prune(address, outbox) {
      const known = performed.get(address);
      if (known === undefined) return;
      const carried = new Set(outbox.map((p) => effectId(address, p.revision ?? 0, p)));
      for (const id of known) if (!carried.has(id)) known.delete(id);
      if (known.size === 0) performed.delete(address);
    },
    drained: (address) => tails.get(address)?.all ?? Promise.resolve(),
    async stop() {
      isStopped = true;
      await Promise.all([...tails.values()].map((tail) => tail.all));
      await background.idle();
    },
  };
}

interface Tail {
  all: Promise<void>;
  targets: Map<string, Promise<void>>;
}

/** Runs a few pieces of housekeeping at a time. */
function createBackground() {
  const waiting: (() => Promise<void>)[] = [];
  const underWay = new Set<Promise<void>>();

  const pump = () => {
    while (underWay.size < MAX_BACKGROUND_EFFECTS) {
      const next = waiting.shift();
      if (next === undefined) return;
      const work = next().finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
  };

  return {
    run(perform: () => Promise<void>) {
      waiting.push(perform);
      pump();
    },
    async idle() {
      waiting.length = 0;
      await Promise.all(underWay);
    },
  };
}
