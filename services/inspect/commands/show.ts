// `onceward show`: everything the record of one actor says, live or archived.
import { stateName } from '../../../machines/record.ts';
import { itemContextOf, runContextOf } from '../../../machines/typed-context.ts';
import type { ArchivedStep } from '../../actors/archive.ts';
import { type FoundActor, requireActor } from '../../queries/found-actor.ts';
import { withSession } from '../../queries/session.ts';
import { parseUserAddress, userAddress } from '../../queries/user-address.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { addItemTables, itemPairs } from '../item-sections.ts';
import { printDocument } from '../output.ts';
import { addHistory, addTail, headPairs } from '../record-sections.ts';
import { addRunTables, runPairs } from '../run-sections.ts';
import { createSections } from '../sections.ts';

export interface ShowInput {
  address: string;
  hasHistory?: boolean;
}

/** @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, USAGE */
export async function show(context: CommandContext, input: ShowInput): Promise<number> {
  const user = parseUserAddress(input.address);
  await withSession(context, async (session) => {
    const found = await requireActor(session, user);
    const history = input.hasHistory ? await found.history() : null;
    printDocument(context, documentOf(found, history), () =>
      linesOf(context, found, { history, nowMs: session.clock.nowMs() }),
    );
  });
  return EXIT.done;
}

function documentOf(found: FoundActor, history: ArchivedStep[] | null): Record<string, unknown> {
  const { address, stored, isArchived, isFinished } = found;
  const { record, revision } = stored;
  const state = stateName(record.state);
  const head = { address: userAddress(address), state, revision, isFinished, isArchived };
  return { ...head, record, ...(history === null ? {} : { history }) };
}

function linesOf(
  context: CommandContext,
  found: FoundActor,
  { history, nowMs }: { history: ArchivedStep[] | null; nowMs: number },
): string[] {
  const { record } = found.stored;
  const sections = createSections(context);
  const head = headPairs(found, nowMs);
  if (record.machine === 'item') {
    sections.pairs([...head, ...itemPairs(itemContextOf(record))]);
    addItemTables(sections, itemContextOf(record));
  } else {
    sections.pairs([...head, ...runPairs(runContextOf(record), nowMs)]);
    addRunTables(sections, runContextOf(record));
  }
  addTail(sections, found, nowMs);
  if (history !== null) addHistory(sections, history);
  return sections.lines();
}
