// Performs the effects that stand in records, in order for each target, at least once and under fixed ids.
// Only effects of a committed record get here: whoever lost the commit has nothing to perform.
import { type Effect, effectId, type PendingEffect } from '../../machines/effect.ts';
import type { Clock } from '../../transport/ports.ts';
import { createBackground } from './background.ts';
import { createEffectTails } from './effect-tails.ts';
import { createPerformedEffects } from './performed-effects.ts';

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
  /** Resolves once nothing of this actor, its item and its item's runs is under way. */
  drained(address: string): Promise<void>;
  /** Nothing more is begun; what is under way is waited for. */
  stop(): Promise<void>;
}

const RETRY_BACKOFF_MS = 100;
const RETRY_BACKOFF_CAP_MS = 5_000;

export function createOutbox(
  clock: Clock,
  perform: Perform,
  report: (origin: EffectOrigin, error: unknown) => void,
): Outbox {
  const tails = createEffectTails();
  const performed = createPerformedEffects();
  const scheduled = new Set<string>();
  const background = createBackground(clock);
  let isStopped = false;

  const tryOnce = async (effect: Effect, origin: EffectOrigin): Promise<boolean> => {
    try {
      await perform(effect, origin);
      scheduled.delete(origin.id);
      performed.add(origin.address, origin.id);
      // No record carries their effects any more, and none ever will.
      if (effect.type === 'archive') effect.addresses.forEach(performed.forget);
      return true;
    } catch (error) {
      report(origin, error);
      return false;
    }
  };

  const performOne = async (effect: Effect, origin: EffectOrigin): Promise<void> => {
    for (let tries = 0; !isStopped && !(await tryOnce(effect, origin)); tries += 1) {
      const delayMs = Math.min(RETRY_BACKOFF_CAP_MS, RETRY_BACKOFF_MS * 2 ** Math.min(tries, 10));
      await new Promise<void>((done) => void clock.after(delayMs, done));
    }
  };

  /** Effects for one target keep their order; different targets need not wait for each other. */
  const append = (effect: Effect, origin: EffectOrigin) => {
    if (effect.type === 'archive') {
      void tails.of(origin.address).then(() => background.run(() => tryOnce(effect, origin)));
      return;
    }
    const target = effect.type === 'tell' ? effect.to : effect.type;
    tails.append(origin.address, target, () => performOne(effect, origin));
  };

  return {
    schedule(address, revision, effects) {
      for (const pending of effects) {
        const id = effectId(address, revision, pending);
        if (scheduled.has(id) || performed.has(address, id)) continue;
        scheduled.add(id);
        append(pending.effect, { id, address, fence: pending.revision ?? revision });
      }
      return tails.of(address);
    },
    isPerformed: (address, pending) =>
      performed.has(address, effectId(address, pending.revision ?? 0, pending)),
    prune: performed.prune,
    drained: tails.drained,
    async stop() {
      isStopped = true;
      await tails.all();
      await background.stop();
    },
  };
}
