// One actor in the hands of a test whose steps are seen as a host's onlookers see them: through the journal.
// It must never count or trace anything itself.
import type { Decision } from '../../../machines/decide.ts';
import { stateName } from '../../../machines/record.ts';
import { createJournal } from '../../../services/actors/journal.ts';
import type { Observer } from '../../../services/actors/observer.ts';
import type { Reply } from '../../../transport/ports.ts';
import {
  openActor,
  type Step,
  type StepMaker,
  type TestActor,
} from '../../support/machine-steps.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const silent = () => {};

export interface ObservedActor extends TestActor {
  /** Sends several, one after the other. */
  take(...steps: (Step | StepMaker)[]): void;
}

/** A journal that stores nothing, with somebody looking on. */
export function journalWith(observer: Observer) {
  const stored = async () => {};
  return createJournal({
    audit: { append: stored, flush: stored, stop: silent },
    clock: createVirtualClock(),
    identity: 'host-test',
    partitionFor: () => 0,
    observer,
    log: { info: silent, warn: silent, error: silent },
  });
}

export function openObserved(address: string, opening: Step, observer: Observer): ObservedActor {
  const journal = journalWith(observer);
  const actor = openActor(address, opening);
  const tell = (step: Step, before: ReturnType<TestActor['stored']> | null, decision: Decision) => {
    const after = decision.outcome === 'applied' ? actor.stored().record : null;
    const atMs = step.atMs ?? actor.stored().record.event.atMs;
    const { claimant } = step.data as { claimant?: string };
    journal.record({
      event: { address, id: 'event', ...step, atMs },
      reply: replyOf(decision, actor),
      from: before === null ? null : stateName(before.record.state),
      claimant: step.type === 'claim' ? (claimant ?? null) : null,
      ...{ before: before?.record ?? null, after },
    });
  };
  tell(opening, null, { outcome: 'applied', record: actor.stored().record, effects: [] });
  const send = (given: Step | StepMaker): Decision => {
    const before = actor.stored();
    const step = typeof given === 'function' ? given(before) : given;
    const decision = actor.send(step);
    tell(step, before, decision);
    return decision;
  };
  return { ...actor, send, take: (...steps) => void steps.map(send) };
}

function replyOf(decision: Decision, actor: TestActor): Reply {
  const state = actor.state();
  if (decision.outcome === 'refused') return { ...decision, state };
  const { revision } = actor.stored();
  return { outcome: 'applied', revision, state, isRepeat: decision.outcome === 'repeated' };
}
