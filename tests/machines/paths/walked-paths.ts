// Every path of every opening of one machine, walked by real records: what differed, and what was taken.
import type { AnyStateMachine } from 'xstate';
import { shortestPaths } from './machine-paths.ts';
import { createWalker, walkPath } from './path-walk.ts';
import type { Subject } from './subjects.ts';
import { createTally, type TransitionTally } from './transition-tally.ts';

export interface WalkedPaths {
  tally: TransitionTally;
  pathCount: number;
  stepCount: number;
  /** Paths that a record went another way than the graph, as `graph: …; record: …`. */
  differences: string[];
}

/** `machine` takes the place of the subject's own: a changed copy, to show what the report finds. */
export function walkAllPaths<Context>(
  subject: Subject<Context>,
  machine: AnyStateMachine = subject.machine,
): WalkedPaths {
  const { address, moves, openings } = subject;
  const tally = createTally(machine);
  const walker = createWalker({ machine, address, moves, tally });
  const differences: string[] = [];
  let pathCount = 0;
  let stepCount = 0;
  for (const opening of openings) {
    for (const path of shortestPaths(machine, { ...subject, opening })) {
      const foreseen = path.map(({ state }) => state).join();
      const walked = walkPath(walker.open(opening), path).join();
      if (walked !== foreseen) differences.push(`graph: ${foreseen}; record: ${walked}`);
      pathCount += 1;
      stepCount += path.length;
    }
  }
  return { tally, pathCount, stepCount, differences };
}
