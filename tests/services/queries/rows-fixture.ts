// Buckets in memory with records that the machines have made, for what reads lists of them.
// It must never write a record that no machine could have made, but where it is given the text.
import * as assert from 'uvu/assert';
import { encodeRecord, type Stored } from '../../../machines/record.ts';
import {
  ask,
  deadline,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  runOpening,
  type Step,
  type StepMaker,
} from '../../support/machine-steps.ts';
import { createMemoryBucket, type MemoryBucket } from '../../support/memory-bucket.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

/** The record of a run gets this revision by its opening, and twice as much by the next event. */
export const REVISION_STEP = 3;
const DAY_MS = 86_400_000;

export const exited = ask('exited', { epoch: 1, code: 0 });
export const graceElapsed = deadline('grace-elapsed', OPENED_AT_MS + DAY_MS);

export function started(worker: string): Step {
  return ask('started', { epoch: 1, worker });
}

export function setup() {
  const clock = createVirtualClock({ startsAtMs: OPENED_AT_MS });
  const buckets = new Map<string, MemoryBucket>();
  const bucket = (name: string): MemoryBucket => {
    const kept = buckets.get(name) ?? createMemoryBucket({ name, clock });
    buckets.set(name, kept);
    return kept;
  };
  const store = async (name: string, key: string, value: string) => {
    const outcome = await bucket(name).write({ key, value, expectedRevision: 0 });
    assert.is(outcome.outcome, 'won');
  };
  const run = async (key: string, ...steps: (Step | StepMaker)[]) => {
    await store('onceward-runs', key, encoded(`run.${key}`, runOpening(), steps));
  };
  const item = async (key: string, ...steps: (Step | StepMaker)[]) => {
    await store('onceward-items', key, encoded(`item.${key}`, itemOpening([{}]), steps));
  };
  return { session: { bucket, clock }, bucket, clock, run, item, store };
}

function encoded(address: string, opening: Step, steps: readonly (Step | StepMaker)[]): string {
  const actor = openActor(address, opening);
  for (const step of steps) actor.send(step);
  return encodeRecord(actor.stored().record);
}

export function archivedText({ record, revision }: Stored): string {
  return JSON.stringify({ v: 1, record, revision, history: [] });
}

export function addressesOf(rows: readonly { address: string }[]): string[] {
  return rows.map(({ address }) => address);
}
