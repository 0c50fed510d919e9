// `onceward top`: the board of the fleet, live on a terminal, one snapshot elsewhere.
// It only reads. What it shows may lag a moment behind; nothing is decided by it.
import { type Session, withSession } from '../../queries/session.ts';
import { parseUserAddress } from '../../queries/user-address.ts';
import { readWhy } from '../../queries/why.ts';
import type { CommandContext, Screen } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { type Board, boardOf } from '../top/board.ts';
import { openBoardFeed } from '../top/board-feed.ts';
import { createLiveBoard, type LiveBoard } from '../top/live-board.ts';
import { boardLines } from '../top/snapshot.ts';
import { whyLines } from '../why-sections.ts';

export async function top(context: CommandContext): Promise<number> {
  const stop = context.stopSignal();
  const { screen } = context;
  return withSession(context, (session) => {
    if (screen === null || context.output !== 'table') return printBoard(context, session);
    return followBoard(context, session, { screen, stop });
  });
}

async function printBoard(context: CommandContext, session: Session): Promise<number> {
  const feed = await openBoardFeed(session, () => {});
  try {
    await Promise.race([feed.caughtUp, feed.broken]);
    const board = boardOf(feed.sources(), '');
    printDocument(context, documentOf(board), () => boardLines(context, board));
    return EXIT.done;
  } finally {
    await feed.close();
  }
}

async function followBoard(
  context: CommandContext,
  session: Session,
  { screen, stop }: { screen: Screen; stop: AbortSignal },
): Promise<number> {
  let live: LiveBoard | null = null;
  const feed = await openBoardFeed(session, () => live?.change());
  const { sources, broken } = feed;
  const explain = (address: string) => whyOf(context, session, address);
  live = createLiveBoard({ context, screen, clock: session.clock, sources, explain, stop, broken });
  try {
    return await live.run();
  } finally {
    await feed.close();
  }
}

/** Without styles: the lines are cut to the width of the terminal. */
async function whyOf(context: CommandContext, session: Session, address: string) {
  const why = await readWhy(session, parseUserAddress(address));
  const { timeStyle } = context;
  return whyLines({ timeStyle, style: (_, text) => text }, why, session.clock.nowMs());
}

/** The items are listed by `ps`; what has been read was read over a connection. */
function documentOf({
  items: _,
  matching: __,
  isConnected: ___,
  ...document
}: Board): Record<string, unknown> {
  return document;
}
