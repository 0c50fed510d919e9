// Every path of a machine, walked by real records and replayed from what was kept of each.
// It must never compare with the graph: that is what walking the paths is for.
import { replaySteps } from '../../../machines/replay.ts';
import { recordLife } from '../../support/recorded-lives.ts';
import { shortestPaths } from './machine-paths.ts';
import { createWalker, walkPath } from './path-walk.ts';
import type { Subject } from './subjects.ts';
import { createTally } from './transition-tally.ts';

/** Walks every shortest path over each transition, and replays what was kept of it. */
export function replayAllPaths<Context>(subject: Subject<Context>): {
  differing: string[];
  unexercised: string[];
} {
  const { address, machine, moves, openings } = subject;
  const tally = createTally(machine);
  const walker = createWalker({ machine, address, moves, tally });
  const differing: string[] = [];
  for (const opening of openings) {
    for (const path of shortestPaths(machine, { ...subject, opening })) {
      const { prelude = [], ...step } = opening;
      const walked = walker.open(step);
      const life = recordLife({ ...walked.actor, send: walked.send });
      for (const send of prelude) life.send(send(walked.situation().context));
      walkPath({ ...walked, send: life.send }, path);
      const replayed = replaySteps(address, life.steps());
      const wrong = replayed.filter(({ outcome }) => outcome !== 'same');
      differing.push(...wrong.map(({ reason }) => reason));
    }
  }
  return { differing, unexercised: tally.unexercised() };
}
