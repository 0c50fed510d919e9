// Why a run waits for somebody who is no worker: people who decide, checks of a commit, a publisher. Pure.
// It must never send anybody to start a worker, who could do nothing here.

import { checksRulesOf } from '../../machines/pipeline.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { formatDuration, formatRemaining } from './duration.ts';
import type { RunFacts } from './why-facts.ts';
import { otherDeciders } from './why-item-facts.ts';
import { itemOf } from './why-run-facts.ts';
import { agoOf } from './why-run-words.ts';
import type { Why } from './why-view.ts';

type Explanation = Pick<Why, 'waitsFor' | 'owner'>;

export function awaitedApproval(facts: RunFacts, { stage }: RunContext): Explanation {
  if (stage.approve === 'auto') {
    const owner = { who: 'policy:auto', isAlive: null, detail: 'approves by itself, at once' };
    return { waitsFor: `its own policy to approve stage ${stage.name}`, owner };
  }
  const item = itemOf(facts);
  const context = facts.item === null ? null : itemContextOf(facts.item.record);
  const others = otherDeciders(stage, context);
  return {
    waitsFor: `a person to decide stage ${stage.name}: onceward approve ${item}, or reject${others}`,
    owner: { who: 'a person', isAlive: null, detail: `decides by approving item ${item}` },
  };
}

export function awaitedChecks(facts: RunFacts, context: RunContext): Explanation {
  const { stage, checks, headSha, openedAtMs } = context;
  const sha = checks?.sha ?? headSha;
  const commit = sha === null ? 'its commit' : `commit ${sha.slice(0, 12)}`;
  const changedAtMs = checks?.changedAtMs ?? openedAtMs;
  const still = `nothing of them has changed for ${formatDuration(facts.nowMs - changedAtMs)}`;
  const seen = checks === null ? 'none was seen yet' : `${checks.summary || 'seen'}; ${still}`;
  const leftMs = changedAtMs + checksRulesOf(stage).inactivityMs - facts.nowMs;
  const end =
    leftMs > 0
      ? `without a change the host gives them up ${formatRemaining(leftMs)}`
      : 'the host should have given them up by now';
  return {
    waitsFor: `the checks of ${commit} to end, for stage ${stage.name}: ${seen}; ${end}`,
    owner: { who: 'the host', isAlive: null, detail: 'watches the checks, and judges them' },
  };
}

export function awaitedPublisher(
  facts: RunFacts,
  { stage, worker, progressAtMs }: RunContext,
): Explanation {
  const subject = `onceward.event.${facts.address}.exited`;
  const heard = progressAtMs === null ? '' : `; last heard of ${agoOf(facts, progressAtMs)}`;
  const who = publisherOf(worker);
  return {
    waitsFor: `${who} to say that stage ${stage.name} has ended, on ${subject}${heard}`,
    owner: { who, isAlive: null, detail: 'publishers announce no presence' },
  };
}

/** One that does not name itself is recorded as `publisher`. */
export function publisherOf(worker: string | null): string {
  return worker === null || worker === 'publisher' ? 'its publisher' : `publisher ${worker}`;
}
