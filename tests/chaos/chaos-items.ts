// The items that are submitted, drawn from the seed: which project, and how their agents behave.
import type { Prng } from '../support/prng.ts';
import { type ChaosProject, PROJECTS } from './chaos-projects.ts';

/** The title of an item tells its agent what to do; see agents in chaos-projects.ts. */
export type Behaviour = 'plain' | 'flaky' | 'slow' | 'children' | 'hopeless';

export interface ChaosItem {
  project: ChaosProject;
  item: string;
  behaviour: Behaviour;
}

const LOTTERY: readonly Behaviour[] = [
  ...Array<Behaviour>(10).fill('plain'),
  ...Array<Behaviour>(3).fill('flaky'),
  ...Array<Behaviour>(3).fill('slow'),
  ...Array<Behaviour>(3).fill('children'),
  'hopeless',
];

/** The n-th item of a run. */
export function chaosItem(prng: Prng, n: number): ChaosItem {
  // Without a process an item costs little: half of them are there for the sake of many transitions.
  const isCheap = prng.isLucky(0.4);
  const project = prng.pick(PROJECTS.filter(({ isLanding }) => isLanding !== isCheap));
  const behaviour = prng.pick(LOTTERY);
  return { project, item: `${project.name}-${n}`, behaviour };
}
