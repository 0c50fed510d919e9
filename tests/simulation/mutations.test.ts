// Time limit: 600 s
// The simulation notices when the code is broken: each mutation violates a rule in its seed. That the same seeds
// violate nothing in the whole code is what simulation.test.ts shows.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../support/within.ts';
import { runSeeds } from './fan-out.ts';
import { DEFAULT_FAULTS } from './fault.ts';
import { mutatedRoot } from './mutation-harness.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const AT_A_TIME = 2;
/** Well within those that simulation.test.ts runs on the whole code. */
const MAX_SEED = 5_000;
const faults = DEFAULT_FAULTS;

/** What is to be corrected in the table; null when the mutation is noticed in its seed. */
async function problemOf(mutation: Mutation): Promise<string | null> {
  const root = mutatedRoot(mutation);
  const asked = { faults, root, processes: 1 };
  const { shown } = await runSeeds({ ...asked, from: mutation.seed, count: 1 });
  if (shown !== null) return null;
  const { shown: first } = await runSeeds({ ...asked, from: 1, count: MAX_SEED });
  const found = first === null ? `in none of ${MAX_SEED} seeds` : `in seed ${first.seed} instead`;
  return `${mutation.name}: not noticed in seed ${mutation.seed}, ${found}`;
}

test(
  'every mutation is noticed in its seed',
  within(500_000, async () => {
    const queue = MUTATIONS.values();
    const missed: string[] = [];
    const work = async () => {
      for (const mutation of queue) {
        const problem = await problemOf(mutation);
        if (problem !== null) missed.push(problem);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));

    assert.equal(missed, []);
  }),
);

test('the seeds of the mutations are among those that violate nothing without them', () => {
  const outside = MUTATIONS.filter(({ seed }) => seed < 1 || seed > MAX_SEED);

  assert.equal(outside, []);
});

test.run();
