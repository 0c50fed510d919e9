// Whatever happens to a run, an item or an account, and whichever way it goes: its events, decided once more, give its records.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replaySteps } from '../../machines/replay.ts';
import { itemSteps, runSteps } from '../support/event-sequences.ts';
import {
  ITEM,
  itemOpening,
  openActor,
  RUN,
  runOpening,
  type Step,
  type StepMaker,
} from '../support/machine-steps.ts';
import { recordLife, remadeDifferences } from '../support/recorded-lives.ts';
import { shortestPaths } from './paths/machine-paths.ts';
import { createWalker, walkPath } from './paths/path-walk.ts';
import { ACCOUNT_SUBJECT, ITEM_SUBJECT, RUN_SUBJECT, type Subject } from './paths/subjects.ts';
import { createTally } from './paths/transition-tally.ts';

const STAGES = [
  { name: 'build', onFail: 'build' },
  { name: 'ok', kind: 'approval', onReject: 'build' },
  { name: 'release', kind: 'external' },
] as const;
const KINDS = ['agent', 'external', 'approval', 'checks'] as const;

let lives = 0;
let revisions = 0;

/** Everything about a random life: it is the same again, whole and with its middle left out. */
function checkLife(address: string, opening: Step, steps: (Step | StepMaker)[]): void {
  const life = recordLife(openActor(address, opening));
  for (const step of steps) life.send(step);
  const kept = life.steps();
  const replayed = replaySteps(address, kept);
  lives += 1;
  revisions += kept.length;
  assert.equal(
    replayed.filter(({ outcome }) => outcome !== 'same'),
    [],
  );
  assert.equal(remadeDifferences(address, kept), []);
}

test('any life of a run comes out as it was', () => {
  const kinds = fc.constantFrom(...KINDS);

  fc.assert(
    fc.property(kinds, runSteps, (kind, steps) => checkLife(RUN, runOpening({ kind }), steps)),
    { numRuns: 600 },
  );
});

test('any life of an item comes out as it was', () => {
  fc.assert(
    fc.property(itemSteps, (steps) => checkLife(ITEM, itemOpening([...STAGES]), steps)),
    { numRuns: 600 },
  );
});

test('a thousand lives with many revisions were replayed', () => {
  assert.ok(lives >= 1_200, `${lives} lives`);
  assert.ok(revisions >= 5 * lives, `${revisions} revisions`);
});

/** Walks every shortest path over each transition, and replays what was kept of it. */
function replayAllPaths<Context>(subject: Subject<Context>): {
  differing: string[];
  unexercised: string[];
} {
  const { address, machine, moves, openings } = subject;
  const tally = createTally(machine);
  const walker = createWalker({ machine, address, moves, tally });
  const differing: string[] = [];
  for (const opening of openings) {
    for (const path of shortestPaths(machine, { ...subject, opening })) {
      const walked = walker.open(opening);
      const life = recordLife({ ...walked.actor, send: walked.send });
      walkPath({ ...walked, send: life.send }, path);
      const replayed = replaySteps(address, life.steps());
      const wrong = replayed.filter(({ outcome }) => outcome !== 'same');
      differing.push(...wrong.map(({ reason }) => reason));
    }
  }
  return { differing, unexercised: tally.unexercised() };
}

test('every transition of a run comes out as it was', () => {
  assert.equal(replayAllPaths(RUN_SUBJECT), { differing: [], unexercised: [] });
});

test('every transition of an item comes out as it was', () => {
  assert.equal(replayAllPaths(ITEM_SUBJECT), { differing: [], unexercised: [] });
});

test('every transition of an account comes out as it was', () => {
  assert.equal(replayAllPaths(ACCOUNT_SUBJECT), { differing: [], unexercised: [] });
});

test.run();
