// Random lives of one kind of actor, from its openings through sequences of commands.
// It must never catch a failure: fast-check shrinks it and names the commands.
import fc from 'fast-check';
import type { Step } from '../../support/machine-steps.ts';
import { actorCommands, type Real } from './actor-commands.ts';
import { emptyModel, type Laws } from './actor-model.ts';
import { createWalker } from './path-walk.ts';
import type { Subject } from './subjects.ts';
import { createTally, type TransitionTally } from './transition-tally.ts';

export interface CommandLives {
  tally: TransitionTally;
  /** How often each answer was given: `applied`, `repeated` or the reason of a refusal. */
  outcomes: Map<string, number>;
  commandCount: number;
}

/** Throws what fast-check found, with its seed and the shortest sequence that shows it. */
export function commandLives<Context>(
  subject: Subject<Context>,
  laws: Laws,
  { seed, lives }: { seed: number; lives: number },
): CommandLives {
  const { machine, address, moves, openings } = subject;
  const tally = createTally(machine);
  const outcomes = new Map<string, number>();
  const walker = createWalker({ machine, address, moves, tally });
  const life = fc.property(fc.nat(openings.length - 1), actorCommands, (which, commands) => {
    const setup = () => {
      const walked = walker.open(openings[which] as Step) as unknown as Real['walked'];
      const model = emptyModel(walked.actor.stored());
      return { model, real: { walked, laws, outcomes } };
    };
    fc.modelRun(setup, commands);
  });
  fc.assert(life, { seed, numRuns: lives, includeErrorInReport: true });
  const commandCount = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  return { tally, outcomes, commandCount };
}
