// `onceward wait`: ends as soon as an actor is, or has meanwhile been, in a state.
// The record decides; the audit stream only wakes it up, and a missed wake-up costs a moment.

import { stateName } from '../../../machines/record.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { describeAddress, type FoundActor, findActor } from '../../queries/found-actor.ts';
import { openPulse } from '../../queries/pulse.ts';
import { type Session, withSession } from '../../queries/session.ts';
import { assertState, isWithinState } from '../../queries/state-names.ts';
import { parseUserAddress, type UserAddress, userAddress } from '../../queries/user-address.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';

export interface WaitInput {
  address: string;
  /** The state; `active` is reached by `active.working`, too. */
  for: string;
  timeoutMs: number;
}

/** The record is read again after this, even when nothing was heard. */
const POLL_MS = 2_000;

interface Reached {
  address: string;
  state: string;
  revision: number;
}

/**
 * @throws EVENT_REFUSED when it has ended in another state, TIMED_OUT, ACTOR_NOT_FOUND when it did
 * not even appear in time
 */
export async function wait(context: CommandContext, input: WaitInput): Promise<number> {
  const user = parseUserAddress(input.address);
  assertState(user.kind, input.for);
  const reached = await withSession(context, (session) => reach(session, user, input));
  printDocument(context, { ...reached }, () => [
    `${reached.address} ${reached.state} revision ${reached.revision}`,
  ]);
  return EXIT.done;
}

async function reach(session: Session, user: UserAddress, input: WaitInput): Promise<Reached> {
  const { clock } = session;
  const untilMs = clock.monotonicMs() + input.timeoutMs;
  // Opened before the record is read, so that nothing can happen unheard in between.
  const pulse = await openPulse(session, user);
  try {
    let found = await findActor(session, user);
    const first = found;
    for (;;) {
      const reached = found === null ? null : await judge(found, first, input.for);
      if (reached !== null) return reached;
      const leftMs = untilMs - clock.monotonicMs();
      if (leftMs <= 0) throw outOfTime(user, found, input);
      await pulse.next(Math.min(leftMs, POLL_MS));
      found = await findActor(session, user);
    }
  } finally {
    await pulse.close();
  }
}

/** @throws EVENT_REFUSED when it can no longer come */
async function judge(
  found: FoundActor,
  first: FoundActor | null,
  wanted: string,
): Promise<Reached | null> {
  const { record, revision } = found.stored;
  const address = userAddress(found.address);
  const state = stateName(record.state);
  if (isWithinState(state, wanted)) return { address, state, revision };
  const isFirst = first?.address === found.address;
  if (isFirst && first.stored.revision === revision && !found.isFinished) return null;
  const passed = await passedThrough(found, isFirst ? first : null, wanted);
  if (passed !== null) return { address, ...passed };
  if (!found.isFinished) return null;
  const message = `${address} has ended as ${state}; it can no longer be ${wanted}`;
  throw new OncewardError('EVENT_REFUSED', message, { details: { address, state } });
}

/** States may pass in milliseconds; the history knows those that came after the first look. */
async function passedThrough(
  found: FoundActor,
  first: FoundActor | null,
  wanted: string,
): Promise<{ state: string; revision: number } | null> {
  const history = await found.history();
  const start = history.findIndex((step) => step.revision === first?.stored.revision) + 1;
  const isStale = first?.isFinished ?? false;
  const steps = isStale ? [] : history.slice(start);
  const step = steps.find(({ state }) => isWithinState(state, wanted));
  return step === undefined ? null : { state: step.state, revision: step.revision };
}

function outOfTime(user: UserAddress, found: FoundActor | null, input: WaitInput): OncewardError {
  const { timeoutMs } = input;
  if (found === null) {
    const message = `${describeAddress(user)} did not appear within ${timeoutMs} ms`;
    return new OncewardError('ACTOR_NOT_FOUND', message);
  }
  const state = stateName(found.stored.record.state);
  const address = userAddress(found.address);
  const message = `${address} is ${state}, not ${input.for}, after ${timeoutMs} ms`;
  return new OncewardError('TIMED_OUT', message, { details: { address, state } });
}
