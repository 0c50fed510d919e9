// A merge queue in the hands of a test: items come to it, workers take its lease, trials end.
// It must never make a record by hand: what stands in one, the machine has written.
import type { MergeContext } from '../../machines/merge/context.ts';
import { stageSchema } from '../../machines/pipeline.ts';
import type { Stored } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import {
  ask,
  OPENED_AT_MS,
  openActor,
  type StageInput,
  type Step,
  type StepMaker,
  storedAfter,
  type TestActor,
  tell,
} from './machine-steps.ts';

export const QUEUE = 'merge.shop.main';

/** A commit that is told from others by one digit. */
export function commit(digit: string | number): string {
  return String(digit).repeat(40).slice(0, 40);
}

export interface QueueRules {
  stage?: StageInput;
  batchSize?: number;
  admission?: 'forge' | 'none';
  checks?: Record<string, unknown>;
}

export function openQueue(): TestActor {
  return openActor(QUEUE, tell('open'));
}

/** The record of a queue after these steps. */
export function queueAfter(...steps: (Step | StepMaker)[]): Stored {
  return storedAfter(openQueue(), ...steps);
}

/** `item` is one digit: its head is made of it. */
export function enqueue(
  item: string,
  rules: QueueRules = {},
  more: Record<string, unknown> = {},
): Step {
  return tell('enqueue', {
    ...{ item, stage: 'land', attempt: 1, headSha: commit(item), title: `change ${item}` },
    ...{ settings: settingsOf(rules), ...more },
  });
}

function settingsOf({ stage = {}, batchSize = 1, admission = 'none', checks }: QueueRules) {
  const merge = { batchSize, admission, ...(checks === undefined ? {} : { checks }) };
  const gates = [{ kind: 'command' as const, command: 'npm test' }];
  return {
    stage: stageSchema.parse({ name: 'land', kind: 'merge', gates, merge, ...stage }),
    ...{ repository: '', baseBranch: 'main', digest: 'd1' },
    ...{ sinceMs: OPENED_AT_MS, reminderMs: 3_600_000 },
  };
}

export const take = ask('take', { worker: 'worker-1', machine: 'm1' });

/** Reports carry the lease that was taken, and the trial it was used for. */
export function report(type: string, data: Record<string, unknown> = {}): StepMaker {
  return (stored) => {
    const { holder, trial } = contextOf(stored);
    return ask(type, { token: holder?.token ?? 1, trial: trial?.number ?? 1, ...data });
  };
}

/** Everybody in the trial could be merged onto the base, `a` before any landing; a control is the base alone. */
export const prepared: StepMaker = (stored) => {
  const context = contextOf(stored);
  const members = (context.trial?.members ?? []).map((item) => ({
    ...{ item, headSha: commit(item), landsAs: commit(item) },
  }));
  const isControl = context.trial?.kind === 'control';
  const baseSha = context.green?.sha ?? commit('a');
  const [sha, treeSha] = isControl ? [baseSha, commit('b')] : [commit('c'), commit('d')];
  const candidate = { sha, treeSha, members };
  const step = report('prepared', { baseSha, baseTreeSha: commit('b'), candidate });
  return step(stored);
};

export const green = report('validated', { kind: 'pass', cause: 'gates' });
export const red = report('validated', {
  kind: 'product_fail',
  cause: 'exit-code',
  summary: '2 tests failed',
});
export const landed = report('landed');
export const verified = report('verified', {
  ...{ baseSha: commit('c'), isHeld: true, treeSha: commit('d') },
});

function contextOf({ record }: Stored): MergeContext {
  return mergeContextOf(record);
}
