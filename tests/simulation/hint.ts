// Hints: something has changed, go and look. They may be late, and some never come.
// They must never carry anything that somebody could rely on.
import type { Life } from './life.ts';
import type { World } from './world.ts';

const MAX_LATE_MS = 3_000;

export interface Hints {
  tell(topic: string): void;
  listen(life: Life, topic: string, callback: (topic: string) => void): () => void;
}

export function createHints(world: World): Hints {
  const { faults } = world;
  const listeners = new Set<{ life: Life; topic: string; callback: (topic: string) => void }>();
  return {
    tell(topic) {
      for (const listener of listeners) {
        if (!topic.startsWith(listener.topic)) continue;
        const isLate = faults.strikes('late-hint');
        if (isLate && faults.prng.isLucky(0.5)) continue;
        const lateMs = isLate ? faults.prng.fraction() * MAX_LATE_MS : 0;
        listener.life.receive(world.latencyMs() + lateMs, () => {
          if (listeners.has(listener)) listener.callback(topic);
        });
      }
    },
    listen(life, topic, callback) {
      const listener = { life, topic, callback };
      listeners.add(listener);
      life.onEnd(() => listeners.delete(listener));
      return () => void listeners.delete(listener);
    },
  };
}
