// Why a run may not begin, or not go on: its account is suspended, or it has used as much as a cap allows. Pure.
// It must never say how much more there is without the number that is allowed.
import type { RunContext } from '../../machines/run/context.ts';
import { totalUsage } from '../../machines/run/context.ts';
import { accountContextOf } from '../../machines/typed-context.ts';
import { capsReached } from '../../machines/usage.ts';
import { formatRemaining } from './duration.ts';
import { usageWords } from './usage-words.ts';
import { userAddress } from './user-address.ts';
import { suspendedWords, suspensionWords } from './why-account-words.ts';
import type { RunFacts } from './why-facts.ts';
import { agoOf, lapsed, on, workerOf } from './why-run-words.ts';
import type { Why } from './why-view.ts';

type Explanation = Pick<Why, 'waitsFor' | 'owner'>;

export function held(facts: RunFacts, { hold, deadlines, stage }: RunContext): Explanation {
  const { account = 'its account', ...known } = hold ?? {};
  const again = `it asks again ${formatRemaining((deadlines['hold-due'] ?? 0) - facts.nowMs)}`;
  const record = facts.account?.record;
  const present = record === undefined ? null : accountContextOf(record).suspension;
  if (record !== undefined && present === null) {
    const waitsFor = `its next look at ${account}, which is available again: ${again}`;
    return {
      waitsFor,
      owner: { who: 'the host', isAlive: null, detail: 'publishes its job again' },
    };
  }
  const suspension = present ?? { cause: 'unknown', evidence: '', untilMs: facts.nowMs, ...known };
  const waitsFor =
    `${account} to be available before stage ${stage.name} starts: ` +
    `${suspensionWords(suspension, facts.nowMs)}; until then ${again}`;
  const detail = present === null ? '' : suspendedWords(present, facts.nowMs);
  return { waitsFor, owner: { who: account, isAlive: null, detail } };
}

export function overCap(facts: RunFacts, context: RunContext): Explanation {
  const { stage, deadlines, worker } = context;
  const leftMs = (deadlines['decision-due'] ?? facts.nowMs) - facts.nowMs;
  const waitsFor =
    `a person to allow it more: it has used ${reachedBy(context)} (${usageWords(totalUsage(context))} ` +
    `in all), a cap of stage ${stage.name}; onceward send ${userAddress(facts.address)} allow lets it ` +
    `use as much again, else its process is ended ${formatRemaining(leftMs)}`;
  const owner = { who: 'a person', isAlive: null, detail: workerOf(facts, context).detail };
  return { waitsFor: waitsFor + lapsed(facts, worker), owner };
}

export function stopping(facts: RunFacts, context: RunContext): Explanation {
  const { stage, machine, worker } = context;
  const waitsFor =
    `the process of stage ${stage.name}${on(machine)} to be ended: it has used ` +
    `${reachedBy(context)}, and nobody allowed it more`;
  return { waitsFor: waitsFor + lapsed(facts, worker), owner: workerOf(facts, context) };
}

/** `, its last progress 4m12s ago; used $1.23, …`: of a process that has shown any. */
export function shownSoFar(facts: RunFacts, context: RunContext): string {
  const { watermarkAtMs, workSha, usage, usageBefore } = context;
  const grown = watermarkAtMs ? `, its last progress ${agoOf(facts, watermarkAtMs)}` : '';
  const commit = workSha ? `, its worktree at ${workSha.slice(0, 12)}` : '';
  const isMeasured = Boolean(usage ?? usageBefore);
  return `${grown}${commit}${isMeasured ? `; used ${usageWords(totalUsage(context))}` : ''}`;
}

/** With both numbers. What it has used since counts too. */
function reachedBy(context: RunContext): string {
  const { stage, grants } = context;
  return capsReached(totalUsage(context), stage.caps, grants).join(', ') || 'as much as allowed';
}
