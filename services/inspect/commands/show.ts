// `onceward show`: everything the record of one actor says, live or archived, now or at an earlier revision.
import { type ActorRecord, stateName } from '../../../machines/record.ts';
import { accountContextOf, itemContextOf, runContextOf } from '../../../machines/typed-context.ts';
import type { Usage } from '../../../machines/usage.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { ArchivedStep } from '../../actors/archive.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { measuredIn, measuredOf } from '../../queries/cost.ts';
import { deploymentView } from '../../queries/deployment-reading.ts';
import type { FoundActor } from '../../queries/found-actor.ts';
import { queueView } from '../../queries/queue-reading.ts';
import { type Session, withSession } from '../../queries/session.ts';
import { readSteps } from '../../queries/steps.ts';
import { parseUserAddress, userAddress } from '../../queries/user-address.ts';
import { accountPairs } from '../account-sections.ts';
import type { CommandContext } from '../command-context.ts';
import { addDeploymentTables, deploymentPairs } from '../deployment-sections.ts';
import { EXIT } from '../exit-codes.ts';
import { addItemTables, itemPairs } from '../item-sections.ts';
import { printDocument } from '../output.ts';
import {
  differenceBetween,
  differenceLines,
  type PastStep,
  pastActor,
  stepAt,
} from '../past-record.ts';
import { addQueueTables, queuePairs } from '../queue-sections.ts';
import { addHistory, addTail, headPairs } from '../record-sections.ts';
import { addRunTables, runPairs } from '../run-sections.ts';
import { createSections, type Pair } from '../sections.ts';
import { type Times, timesOf } from '../times.ts';

export interface ShowInput {
  address: string;
  hasHistory?: boolean;
  /** The record as it was at this revision. */
  at?: number;
  /** What differs between this revision and the one that is shown. */
  diff?: number;
}

/** @throws ACTOR_NOT_FOUND, REVISION_NOT_KEPT, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, USAGE */
export async function show(context: CommandContext, input: ShowInput): Promise<number> {
  const user = parseUserAddress(input.address);
  const { at, diff } = input;
  if (diff !== undefined && input.hasHistory) {
    throw new OncewardError('USAGE', '--diff and --history exclude each other');
  }
  await withSession(context, async (session) => {
    const found = await requireActor(session, user);
    if (diff !== undefined) return showDifference(context, { session, found, at, diff });
    const past = at === undefined ? null : await readPast(session, found, at);
    // What was due then is told from then.
    const nowMs = past === null ? session.clock.nowMs() : past.event.atMs;
    const shown = past === null ? found : pastActor(found, past);
    const history = input.hasHistory ? await found.history() : null;
    printDocument(context, documentOf(shown, { history, past }), () =>
      linesOf(context, shown, { history, past, times: timesOf(context, nowMs), nowMs }),
    );
  });
  return EXIT.done;
}

async function showDifference(
  context: CommandContext,
  asked: { session: Session; found: FoundActor; at: number | undefined; diff: number },
): Promise<void> {
  const { session, found, at, diff } = asked;
  const { address, stored } = found;
  const steps = await readSteps(session, found);
  const shown = stepAt(steps, address, at ?? stored.revision);
  const difference = differenceBetween(address, stepAt(steps, address, diff), shown);
  printDocument(context, { ...difference }, () => differenceLines(context, difference));
}

async function readPast(session: Session, found: FoundActor, at: number): Promise<PastStep> {
  return stepAt(await readSteps(session, found), found.address, at);
}

interface Surroundings {
  history: ArchivedStep[] | null;
  past: PastStep | null;
}

function documentOf(found: FoundActor, { history, past }: Surroundings): Record<string, unknown> {
  const { address, stored, isArchived, isFinished } = found;
  const { record, revision } = stored;
  const state = stateName(record.state);
  const head = { address: userAddress(address), state, revision, isFinished, isArchived };
  const more = past === null ? {} : { isRemade: past.isRemade };
  return {
    ...head,
    usage: usageOf(record),
    ...more,
    record,
    ...(history === null ? {} : { history }),
  };
}

/** Of an item: by its ended runs. Of an account: in all. Null where nothing was measured; the others use nothing. */
function usageOf(record: ActorRecord): Usage | null {
  if (record.machine === 'merge' || record.machine === 'deployment') return null;
  if (record.machine === 'account') return accountContextOf(record).total;
  if (record.machine === 'item') return measuredIn(itemContextOf(record));
  return measuredOf(runContextOf(record));
}

function linesOf(
  context: CommandContext,
  found: FoundActor,
  { history, past, times, nowMs }: Surroundings & { times: Times; nowMs: number },
): string[] {
  const { record } = found.stored;
  const sections = createSections(context);
  const head = [...headPairs(found, times), ...(past === null ? [] : pastPairs(past))];
  if (record.machine === 'item') {
    sections.pairs([...head, ...itemPairs(itemContextOf(record), times)]);
    addItemTables(sections, itemContextOf(record), times);
  } else if (record.machine === 'account') {
    sections.pairs([...head, ...accountPairs(accountContextOf(record), times)]);
  } else if (record.machine === 'merge') {
    const view = queueView(found.stored, nowMs);
    sections.pairs([...head, ...queuePairs(view, times)]);
    addQueueTables(sections, view, times);
  } else if (record.machine === 'deployment') {
    const view = deploymentView(found.stored, nowMs);
    sections.pairs([...head, ...deploymentPairs(view, times)]);
    addDeploymentTables(sections, view, times);
  } else {
    sections.pairs([...head, ...runPairs(runContextOf(record), times)]);
    addRunTables(sections, runContextOf(record), times);
  }
  addTail(sections, found, times);
  if (history !== null) addHistory(sections, history, times);
  return sections.lines();
}

function pastPairs({ isRemade }: PastStep): Pair[] {
  const how = isRemade ? 'made again from the first one and the events since' : 'as it was stored';
  return [['as of', `this revision, ${how}`]];
}
