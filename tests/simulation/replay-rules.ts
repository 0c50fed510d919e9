// A rule on every 32nd record: its machine makes the same of its event once more. Whoever debugs relies on it.
import { type ReplayStep, replaySteps } from '../../machines/replay.ts';
import type { Known } from './landing.ts';
import type { Rule } from './rule.ts';

/** Deciding everything twice would double the time of a world; revisions are spread evenly. */
const EVERY_NTH_REVISION = 32;

export const REPLAY_RULES: readonly Rule[] = [
  {
    invariant: 'a record follows from the one before and its event',
    broken({ previous, next }) {
      if (next.revision % EVERY_NTH_REVISION !== 0) return null;
      const steps = previous === null ? [next] : [previous, next];
      const last = replaySteps(next.address, steps.map(stepOf)).at(-1);
      if (last?.outcome === 'same') return null;
      const what = last?.differences.map(({ path }) => path).join() ?? '';
      return `${next.address} at ${next.revision} is not what its event makes: ${last?.reason} ${what}`;
    },
  },
];

function stepOf({ revision, state, record }: Known): ReplayStep {
  return { revision, state, event: record.event, record };
}
