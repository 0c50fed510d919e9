// What a merge queue would do next, if its trial ended in one way or the other: asked of its machine. Pure.
// It must never be written anywhere: nothing of it has happened.
import { decide } from '../../machines/decide.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { isWaitingForChecks } from '../../machines/merge/conditions.ts';
import type { MergeContext, Trial } from '../../machines/merge/context.ts';
import { nextMembers } from '../../machines/merge/order.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';

/** Ways through a trial are short; more steps than these lead nowhere. */
const MAX_STEPS = 12;
const SHA = '0'.repeat(40);
const TREE = '1'.repeat(40);
const FAILURE = { kind: 'product_fail', cause: 'foretold', summary: '' };
const PASS = { kind: 'pass', cause: 'foretold', summary: '' };

type Told = Pick<ActorEvent, 'type' | 'data'>;

/** The record as it would be once the trial under way has ended; null when it would not get that far. */
export function futureOf(stored: Stored, outcome: 'green' | 'red'): Stored | null {
  const { project, branch, trial } = mergeContextOf(stored.record);
  if (trial === null) return null;
  let now = stored;
  for (let step = 1; step <= MAX_STEPS; step += 1) {
    const told = nextEvent(now, outcome === 'green' ? PASS : FAILURE);
    if (told === null) return null;
    const event: ActorEvent = {
      ...{ address: `merge.${project}.${branch}`, door: 'ask', ...told },
      ...{ id: `foretold-${step}`, atMs: stored.record.event.atMs },
    };
    const decision = decide(now, event);
    if (decision.outcome !== 'applied') return null;
    now = { record: decision.record, revision: now.revision + 1 };
    if (mergeContextOf(now.record).trial?.number !== trial.number) return now;
  }
  return null;
}

function nextEvent({ record }: Stored, verdict: typeof PASS): Told | null {
  const context = mergeContextOf(record);
  const { holder, trial } = context;
  if (trial === null) return null;
  if (isWaitingForChecks(context)) return checked(trial, verdict);
  if (holder === null) return { type: 'take', data: { worker: 'nobody' } };
  const data = { token: holder.token, trial: trial.number };
  const state = stateName(record.state);
  if (state === 'preparing')
    return { type: 'prepared', data: { ...data, ...made(context, trial) } };
  if (state === 'validating') return { type: 'validated', data: { ...data, ...verdict } };
  if (state === 'merging') return { type: 'landed', data };
  const treeSha = trial.candidate?.treeSha ?? null;
  const seen = { baseSha: trial.candidate?.sha ?? SHA, isHeld: true, treeSha };
  return { type: 'verified', data: { ...data, ...seen } };
}

function checked({ number: trial, candidate }: Trial, verdict: typeof PASS): Told {
  return { type: 'checks-judged', data: { trial, sha: candidate?.sha ?? SHA, ...verdict } };
}

/** Everything merges, on the base that was green last. */
function made({ entries, green }: MergeContext, trial: Trial): Record<string, unknown> {
  const members = entries
    .filter(({ item }) => trial.members.includes(item))
    .map(({ item, headSha }) => ({ item, headSha, landsAs: headSha }));
  const base = { baseSha: green?.sha ?? SHA, baseTreeSha: TREE };
  return trial.kind === 'control'
    ? base
    : { ...base, candidate: { sha: SHA, treeSha: TREE, members } };
}

/** Who is tried next, if the trial under way lands. */
export function nextOf(stored: Stored): string[] {
  const context = mergeContextOf(stored.record);
  if (context.trial === null) return nextMembers(context);
  const future = futureOf(stored, 'green');
  return future === null ? [] : (mergeContextOf(future.record).trial?.members ?? []);
}
