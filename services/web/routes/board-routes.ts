// The board: a window of all items, filtered and counted, and a stream that says when it has changed.
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { document, HttpError } from '../answers.ts';
import type { BoardIndex } from '../board-index.ts';
import type { BoardQuery } from '../board-query.ts';
import { boardStream } from '../board-stream.ts';
import type { Holders } from '../holders.ts';
import type { Served } from '../served.ts';

const MAX_LIMIT = 200;
const LIMIT_DEFAULT = 100;
const MAX_TEXT = 200;

const text = z.string().max(MAX_TEXT).optional();
const querySchema = z.object({
  project: text,
  state: text,
  stage: text,
  q: text,
  archived: z.enum(['true', 'false', '']).optional(),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(LIMIT_DEFAULT),
});

export function addBoardRoutes(
  app: Hono,
  { clock, streams, board, holders }: Served & { board: BoardIndex; holders: Holders },
): void {
  app.get('/api/board', async (context) => {
    const page = await board.read(queryOf(context));
    const rows = await holders.fill(page.rows);
    return document(context, clock.nowMs(), { ...page, rows });
  });
  app.get('/api/board/stream', (context) => streams.open(context, boardStream(board, clock)));
}

/** An empty filter is none. @throws REQUEST_INVALID */
function queryOf(context: Context): BoardQuery {
  const parsed = querySchema.safeParse(context.req.query());
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `${issue?.path.map(String).join('.')}: ${issue?.message}`;
    throw new HttpError(400, 'REQUEST_INVALID', message);
  }
  const { project, state, stage, q, archived, offset, limit } = parsed.data;
  return {
    ...{ project: project || null, state: state || null, stage: stage || null, text: q || null },
    isArchiveIncluded: archived === 'true',
    ...{ offset, limit },
  };
}
