// Whether a deed towards the outside, or for it, is done, only said, or left out, as its actuator has it.
// It must never decide that a deed is due, nor hide that one failed.
import type { Log } from '../actors/log.ts';
import type { Actuators } from '../config/actuators.ts';
import type { OutsideProject } from './outside/outside-project.ts';

export type Actuator = keyof Actuators;
export type DeedOutcome = 'done' | 'shadowed' | 'failed';

/** What has been said in shadow is not said again at every look; the oldest is forgotten first. */
const MAX_SHADOWED = 2_000;

export interface Deeds {
  /** Null when the deed was not done. @throws what the deed throws */
  perform<T>(
    project: Pick<OutsideProject, 'name' | 'actuators'>,
    deed: { actuator: Actuator; what: string },
    work: () => Promise<T>,
  ): Promise<T | null>;
}

export function createDeeds({
  log,
  onDeed = () => {},
}: {
  log: Log;
  onDeed?: ((project: string, actuator: Actuator, outcome: DeedOutcome) => void) | undefined;
}): Deeds {
  const shadowed = new Set<string>();
  return {
    async perform({ name: project, actuators }, { actuator, what }, work) {
      const mode = actuators[actuator];
      if (mode === 'off') return null;
      if (mode === 'shadow') {
        const key = `${project}\n${actuator}\n${what}`;
        if (shadowed.has(key)) return null;
        shadowed.add(key);
        if (shadowed.size > MAX_SHADOWED) shadowed.delete([...shadowed][0] ?? '');
        onDeed(project, actuator, 'shadowed');
        log.info({ project, actuator, what }, 'in shadow: this would be done');
        return null;
      }
      try {
        const result = await work();
        onDeed(project, actuator, 'done');
        return result;
      } catch (error) {
        onDeed(project, actuator, 'failed');
        throw error;
      }
    },
  };
}
