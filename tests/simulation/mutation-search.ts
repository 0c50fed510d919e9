// Finds the first seed that notices each mutation, and prints it: run by hand after the code has changed.
// Arguments: parts of the names of the mutations to look at; all without any.

import { runSeeds } from './fan-out.ts';
import { DEFAULT_FAULTS } from './fault.ts';
import { mutatedRoot } from './mutation-harness.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const MAX_SEED = 5_000;
const AT_A_TIME = 2;

const wanted = process.argv.slice(2);
const queue = MUTATIONS.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
).values();

async function work(): Promise<void> {
  for (const mutation of queue) process.stdout.write(`${await search(mutation)}\n`);
}

async function search(mutation: Mutation): Promise<string> {
  try {
    const root = mutatedRoot(mutation);
    const asked = { from: 1, count: MAX_SEED, faults: DEFAULT_FAULTS, processes: 1, root };
    const { shown } = await runSeeds(asked);
    if (shown === null) return `${mutation.name}: not noticed in ${MAX_SEED} seeds`;
    return `${mutation.name}: seed ${shown.seed}: ${shown.violation?.invariant}`;
  } catch (error) {
    return `${mutation.name}: ${String(error)}`;
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, work));
