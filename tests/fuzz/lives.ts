// Actors in every state there is, as stored records, with everything that could be sent to each: what hostile
// input is aimed at, and what it is made from. The records are frozen: whoever changes one is found out.
import type { Stored } from '../../machines/record.ts';
import { shortestPaths } from '../machines/paths/machine-paths.ts';
import { createWalker, walkPath } from '../machines/paths/path-walk.ts';
import type { Move } from '../machines/paths/situation.ts';
import { ITEM_SUBJECT, RUN_SUBJECT, type Subject } from '../machines/paths/subjects.ts';
import { createTally } from '../machines/paths/transition-tally.ts';

export interface Life {
  address: string;
  stored: Stored;
  /** Everything that could be sent. */
  moves: Move[];
  /** What its machine would answer to. */
  fitting: Move[];
}

/** One life for each state of each kind of actor, two where a stage makes a difference. */
export function livesInEveryState(): Life[] {
  return [
    ...livesOf({ ...RUN_SUBJECT, openings: [RUN_SUBJECT.openings[0], RUN_SUBJECT.openings[3]] }),
    ...livesOf({ ...ITEM_SUBJECT, openings: [ITEM_SUBJECT.openings[0], ITEM_SUBJECT.openings[3]] }),
  ];
}

function livesOf<Context>(
  subject: Omit<Subject<Context>, 'openings'> & {
    openings: (Subject<Context>['openings'][number] | undefined)[];
  },
): Life[] {
  const { machine, address, moves } = subject;
  const walker = createWalker({ machine, address, moves, tally: createTally(machine) });
  return subject.openings.flatMap((opening) => {
    if (opening === undefined) return [];
    const seen = new Set<string>();
    const paths = [[], ...shortestPaths(machine, { ...subject, opening })];
    return paths.flatMap((path) => {
      const last = path.at(-1)?.state ?? '(opened)';
      if (seen.has(last)) return [];
      seen.add(last);
      const walked = walker.open(opening);
      walkPath(walked, path);
      const { actor, moves: all, fitting } = walked;
      const stored = deeplyFrozen(actor.stored());
      return [{ address, stored, moves: all(), fitting: fitting() }];
    });
  });
}

function deeplyFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deeplyFrozen(part);
  return Object.freeze(value);
}
