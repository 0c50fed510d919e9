// An outbox whose effects fail, and end, when the test says so.
// It must never perform anything: it only writes down what was begun.
import type { Effect, PendingEffect } from '../../../machines/effect.ts';
import { createOutbox, type EffectOrigin } from '../../../services/actors/outbox.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

export const RUN = 'run.shop.7.build.1';
export const ITEM = 'item.shop.7';
export const LONG_MS = 60_000;

export function setup(options: { failures?: Record<string, number> } = {}) {
  const clock = createVirtualClock();
  const failures = { ...options.failures };
  const begun: string[] = [];
  const origins: EffectOrigin[] = [];
  const reports: string[] = [];
  const held = new Map<string, () => void>();
  const holding = new Set<string>();
  const perform = async (effect: Effect, origin: EffectOrigin): Promise<void> => {
    begun.push(origin.id);
    origins.push(origin);
    const name = nameOf(effect);
    if (holding.has(name)) await new Promise<void>((resolve) => held.set(name, resolve));
    const left = failures[name] ?? 0;
    failures[name] = left - 1;
    if (left > 0) throw new Error(`${name} failed`);
  };
  const outbox = createOutbox(clock, perform, ({ id }, error) => {
    reports.push(`${id} ${error instanceof Error ? error.message : ''}`);
  });
  return {
    ...{ begun, clock, origins, outbox, reports },
    /** Keeps effects of this name from ending until they are let go. */
    hold: (name: string) => void holding.add(name),
    letGo: (name: string) => {
      holding.delete(name);
      held.get(name)?.();
    },
  };
}

function nameOf(effect: Effect): string {
  return effect.type === 'tell' ? effect.event : effect.type;
}

export function pending(...effects: Effect[]): PendingEffect[] {
  return effects.map((effect, n) => ({ n, revision: null, effect }));
}

export function tell(to: string, event: string): Effect {
  return { type: 'tell', to, event, data: {} };
}

export const ARCHIVE: Effect = { type: 'archive', addresses: [ITEM] };
export const ALARM: Effect = { type: 'alarm', reason: 'test', message: 'test' };
