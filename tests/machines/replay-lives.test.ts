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
import { replayAllPaths } from './paths/replayed-paths.ts';
import { ACCOUNT_SUBJECT, ITEM_SUBJECT, RUN_SUBJECT } from './paths/subjects.ts';

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
