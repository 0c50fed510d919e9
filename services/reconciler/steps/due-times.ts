// Many things to look at, each as often as it asks for, and all of them once something was heard.
// It must never let one that fails keep the others from being looked at.
import type { Clock } from '../../../transport/ports.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import { apart, type OnTrouble } from './apart.ts';

export interface DueLook {
  /** The same as long as it is the same thing that is looked at. */
  key: string;
  /** For people, where it fails. */
  what: string;
  /** In how many milliseconds it is looked at again; null: with the next look, whenever that is. */
  take: () => Promise<number | null>;
}

export interface DueTimes {
  /** One look at those that are due. Returns in how many milliseconds the next is due; null when none is by itself. */
  look(project: OutsideProject, looks: readonly DueLook[]): Promise<number | null>;
  /** Something was heard of this project: the next look is at all of them. */
  wake(project: OutsideProject): void;
}

export function createDueTimes({
  clock,
  onTrouble,
}: {
  clock: Pick<Clock, 'monotonicMs'>;
  onTrouble: OnTrouble;
}): DueTimes {
  /** By key: when it is looked at again, monotonic milliseconds. */
  const due = new WeakMap<OutsideProject, Map<string, number>>();
  return {
    wake: (project) => void due.delete(project),
    async look(project, looks) {
      const before = due.get(project) ?? new Map<string, number>();
      const after = new Map<string, number>();
      due.set(project, after);
      for (const { key, what, take } of looks) {
        const atMs = before.get(key) ?? 0;
        if (atMs > clock.monotonicMs()) {
          after.set(key, atMs);
          continue;
        }
        await apart(onTrouble, { project: project.name, what }, async () => {
          const againInMs = await take();
          if (againInMs !== null) after.set(key, clock.monotonicMs() + againInMs);
        });
      }
      const nextMs = Math.min(...after.values());
      return Number.isFinite(nextMs) ? Math.max(0, nextMs - clock.monotonicMs()) : null;
    },
  };
}
