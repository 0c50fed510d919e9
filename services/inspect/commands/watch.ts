// `onceward watch`: the audit stream as it comes, one line for each event, until it is interrupted.
// It only reads, and holds nothing up: hosts do not wait for whoever watches.
import { itemAddress, parseAddress } from '../../../machines/address.ts';
import { isToken } from '../../../machines/identifier.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { strangeProject } from '../../queries/absent-actor.ts';
import { isBelow } from '../../queries/audit-entries.ts';
import { type Happening, openHappenings, type Place } from '../../queries/happenings.ts';
import { type Session, withSession } from '../../queries/session.ts';
import { dottedAddress } from '../../queries/user-address.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { lossNotices, printHappening } from '../happening-line.ts';

export interface WatchInput {
  /** `project`, `project/item`, `project/item/stage`, a run, an account or a merge queue. */
  filter: string | undefined;
  /** How far back it begins, in milliseconds. */
  sinceMs?: number;
  outcome?: string;
  /** Goes on behind this place; comes before `sinceMs`. */
  after?: Place;
}

const MAX_FILTER_PARTS = 4;

/** Ends with 130, because nothing but an interruption ends it. @throws USAGE, BROKER_UNAVAILABLE */
export async function watch(context: CommandContext, input: WatchInput): Promise<number> {
  const prefix = input.filter === undefined ? null : checked(input.filter);
  const stop = context.stopSignal();
  await withSession(context, async (session) => {
    const happenings = await openHappenings(session, {
      ...beginningOf(input, session),
      partition: partitionOf(prefix, session),
      ...lossNotices(context),
    });
    const close = () => void happenings.close();
    stop.addEventListener('abort', close, { once: true });
    if (stop.aborted) close();
    try {
      tellOfGaps(context, input, happenings);
      const project = prefix === null || isDotted(prefix) ? undefined : prefix.split('/')[0];
      const stranger = await strangeProject(session, project);
      if (stranger !== null) context.err.line(stranger);
      for await (const happening of happenings.entries()) {
        if (isWanted(happening, prefix, input.outcome)) printHappening(context, happening);
      }
    } finally {
      close();
    }
  });
  return EXIT.interrupted;
}

function beginningOf({ after, sinceMs }: WatchInput, { clock }: Session) {
  return { after, sinceMs: sinceMs === undefined ? undefined : clock.nowMs() - sinceMs };
}

/** All that happens to an item and its runs happens in one partition. */
function partitionOf(prefix: string | null, session: Session): number | undefined {
  if (prefix !== null && isDotted(prefix)) return session.partitionOf(prefix);
  const [project, item] = prefix?.split('/') ?? [];
  if (project === undefined || item === undefined) return undefined;
  return session.partitionOf(itemAddress(project, item));
}

/** @throws USAGE for a place that the stream has not reached */
function tellOfGaps(
  { err }: CommandContext,
  { after }: WatchInput,
  { firstSequence, lastSequence }: { firstSequence: number; lastSequence: number },
): void {
  if (after === undefined) return;
  if (after.sequence > lastSequence) {
    const message = `--after ${after.sequence} is not stored yet: the newest sequence is ${lastSequence}`;
    throw new OncewardError('USAGE', message);
  }
  if (after.sequence >= firstSequence - 1) return;
  err.line(`what was stored before sequence ${firstSequence} is gone: it is kept for 90 days`);
}

function isWanted(happening: Happening, prefix: string | null, outcome: string | undefined) {
  if (outcome !== undefined && happening.outcome !== outcome) return false;
  return prefix === null || isBelow(happening, prefix);
}

function isDotted(filter: string): boolean {
  return parseAddress(filter) !== null;
}

function checked(filter: string): string {
  const dotted = dottedAddress(filter);
  if (dotted !== null) return dotted;
  const parts = filter.replace(/\/$/, '').split('/');
  if (parts.length <= MAX_FILTER_PARTS && parts.every(isToken)) return parts.join('/');
  const message = `"${filter}" is no filter: expected project[/item[/stage[/attempt]]], account.<owner>.<name> or merge.<project>.<branch>`;
  throw new OncewardError('USAGE', message);
}
