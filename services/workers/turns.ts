// The order in which a pool asks its projects for jobs. It must let no project push itself before the others.

export interface Turns {
  /** A job was published for this project. */
  hint(project: string): void;
  /** Nobody has a job left. */
  rest(): void;
  /** Up to `max` different projects. */
  next(max: number): string[];
}

/**
 * Whose turn it is: everybody's in the same order, again and again. Where nobody had a job left, those that
 * were hinted at since then come first, once: hints must not let one project push itself before the others.
 */
export function createTurns(projects: readonly string[]): Turns {
  const hinted = new Set<string>();
  let isResting = false;
  let turn = 0;
  return {
    hint(project) {
      if (isResting && projects.includes(project)) hinted.add(project);
    },
    rest() {
      isResting = true;
    },
    next(max) {
      const chosen = new Set([...hinted].slice(0, max));
      hinted.clear();
      isResting = false;
      const wanted = Math.min(max, projects.length);
      while (chosen.size < wanted) {
        chosen.add(projects[turn % projects.length] ?? '');
        turn += 1;
      }
      return [...chosen];
    },
  };
}
