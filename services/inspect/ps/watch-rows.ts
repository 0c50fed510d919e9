// `ps --watch`: the same rows as without, kept current until somebody leaves.
// It must never end by itself: a lost connection is waited out, and said.
import { OncewardError } from '../../../transport/errors.ts';
import type { ActorFilter } from '../../queries/actor-filter.ts';
import { type Session, withSession } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { followRows, type RowChanges } from './followed-rows.ts';
import type { RowKind } from './kinds.ts';
import { createRowLines } from './row-lines.ts';
import { createRowScreen, type RowScreen } from './row-screen.ts';

/** @throws USAGE, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function watchRows<Row>(
  context: CommandContext,
  kind: RowKind<Row>,
  filter: ActorFilter,
): Promise<number> {
  assertFollowable(filter);
  const stop = context.stopSignal();
  const isDrawn = context.output === 'table' || context.output === 'wide';
  return withSession(context, (session) =>
    context.screen !== null && isDrawn
      ? drawRows(context, session, { kind, filter, stop })
      : printRows(context, session, { kind, filter, stop }),
  );
}

interface Watching<Row> {
  kind: RowKind<Row>;
  filter: ActorFilter;
  stop: AbortSignal;
}

/** Times pass without a change, and what is archived does not change any more. */
function assertFollowable({ changedWithinMs, olderThanMs, isArchiveIncluded }: ActorFilter): void {
  if (changedWithinMs === undefined && olderThanMs === undefined && !isArchiveIncluded) return;
  const message = '--watch cannot be combined with --since, --older-than or --all';
  throw new OncewardError('USAGE', message);
}

async function printRows<Row>(
  context: CommandContext,
  session: Session,
  { kind, filter, stop }: Watching<Row>,
): Promise<number> {
  const { err } = context;
  const lines = createRowLines(context, kind, session.clock.nowMs);
  const followed = await followRows(session, kind.follow(filter), {
    identityOf: kind.identityOf,
    onChange: lines.print,
    onLost: () => err.line('connection lost; waiting for it to come back'),
    onResumed: () => err.line('connected again; nothing was missed'),
  });
  try {
    const isOver = until(stop);
    await Promise.race([followed.caughtUp, followed.broken, isOver]);
    if (!stop.aborted) lines.begin([...followed.rows()].sort(kind.order));
    await Promise.race([followed.broken, isOver]);
    return EXIT.interrupted;
  } finally {
    await followed.close();
  }
}

async function drawRows<Row>(
  context: CommandContext,
  session: Session,
  { kind, filter, stop }: Watching<Row>,
): Promise<number> {
  const { screen } = context;
  if (screen === null) throw new TypeError('there is no screen to draw on');
  let notice = 'reading';
  let view: RowScreen | null = null;
  const tell = (text: string) => {
    notice = text;
    view?.change();
  };
  const followed = await followRows(session, kind.follow(filter), {
    identityOf: kind.identityOf,
    onChange: (_: RowChanges<Row>) => view?.change(),
    onLost: () => tell('connection lost'),
    onResumed: () => tell(''),
  });
  const { rows, broken } = followed;
  const { clock } = session;
  view = createRowScreen({
    ...{ context, screen, clock, kind, rows, broken, stop, notice: () => notice },
  });
  void followed.caughtUp.then(() => tell(''));
  try {
    return await view.run();
  } finally {
    await followed.close();
  }
}

function until(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
    if (stop.aborted) resolve();
  });
}
