// `onceward queue`: all merge queues, or one with its train, its trials and who has the lease.
// It only reads, with `--watch` for as long as it is wanted.
import { isToken } from '../../../../machines/identifier.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { shown } from '../../../config/issue-findings.ts';
import { findActor } from '../../../queries/found-actor.ts';
import { queueView } from '../../../queries/queue-reading.ts';
import { readQueueRows } from '../../../queries/queue-rows.ts';
import type { TrainEntry } from '../../../queries/queue-view.ts';
import { trainSource } from '../../../queries/row-sources.ts';
import { withSession } from '../../../queries/session.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument, printListing } from '../../output.ts';
import { MERGES, type RowKind } from '../../ps/kinds.ts';
import { type MeantQueue, meantQueue, queueAbsence } from '../../queue-choice.ts';
import { queueListing, trainListing } from '../../queue-listing.ts';
import { addQueueTables, queuePairs } from '../../queue-sections.ts';
import { headPairs } from '../../record-sections.ts';
import { createSections } from '../../sections.ts';
import { timesOf } from '../../times.ts';

export interface QueueShowInput {
  /** Defaults to all. */
  project?: string | undefined;
  /** Defaults to the base branch of the project. */
  branch?: string | undefined;
  isFollowing?: boolean;
}

/** @throws ACTOR_NOT_FOUND, USAGE, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function queueShow(context: CommandContext, input: QueueShowInput): Promise<number> {
  const { project, branch } = input;
  if (project === undefined && branch !== undefined) {
    throw new OncewardError('USAGE', '--branch needs a project: which one has this branch?');
  }
  const named = project === undefined ? undefined : projectNamed(project);
  if (input.isFollowing) return follow(context, { project: named, branch });
  if (named === undefined) return listAll(context);
  return showOne(context, { project: named, branch });
}

/** Completion leaves a slash behind it. @throws USAGE */
export function projectNamed(text: string, what: 'project' | 'environment' = 'project'): string {
  const name = text.replace(/\/$/, '');
  if (isToken(name)) return name;
  throw new OncewardError('USAGE', `${shown(text)} is no ${what}: expected its name alone`);
}

async function listAll(context: CommandContext): Promise<number> {
  await withSession(context, async (session) => {
    const rows = await readQueueRows(session);
    const listing = queueListing('queues', rows, timesOf(context, session.clock.nowMs()));
    printListing(context, listing);
    if (rows.length > 0 || !context.err.isTerminal) return;
    context.err.line('no queues: the first item that comes to a stage of kind merge opens one');
  });
  return EXIT.done;
}

async function showOne(
  context: CommandContext,
  which: { project: string; branch: string | undefined },
): Promise<number> {
  await withSession(context, async (session) => {
    const meant = await meantQueue(session, which);
    const { project, branch } = meant;
    const found = await findActor(session, { kind: 'merge', project, branch });
    if (found === null) throw await queueAbsence(session, meant);
    const nowMs = session.clock.nowMs();
    const view = queueView(found.stored, nowMs);
    printDocument(context, { ...view }, () => {
      const times = timesOf(context, nowMs);
      const sections = createSections(context);
      sections.pairs([...headPairs(found, times), ...queuePairs(view, times)]);
      addQueueTables(sections, view, times);
      return sections.lines();
    });
  });
  return EXIT.done;
}

async function follow(
  context: CommandContext,
  which: { project: string | undefined; branch: string | undefined },
): Promise<number> {
  // Loaded only when it is wanted: a list must not wait for it.
  const { watchRows } = await import('../../ps/watch-rows.ts');
  const { project, branch } = which;
  if (project === undefined) return watchRows(context, MERGES, {});
  const meant = await withSession(context, (session) => meantQueue(session, { project, branch }));
  return watchRows(context, trainOf(meant), {});
}

/** A queue that is not there yet has an empty train. */
function trainOf({ address, project, branch }: MeantQueue): RowKind<TrainEntry> {
  const key = address.slice('merge.'.length);
  return {
    takes: [],
    states: [],
    async read(session) {
      const found = await findActor(session, { kind: 'merge', project, branch });
      return found === null ? [] : queueView(found.stored, session.clock.nowMs()).train;
    },
    follow: () => trainSource(key),
    listing: trainListing,
    order: (one, other) => one.position - other.position,
    identityOf: ({ item }) => item,
  };
}
