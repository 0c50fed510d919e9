// `onceward watch`: the audit stream as it comes, one line for each event, until it is interrupted.
// It only reads, and holds nothing up: hosts do not wait for whoever watches.
import { isToken } from '../../../machines/identifier.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { isBelow, parseAuditMessage } from '../../queries/audit-entries.ts';
import { withSession } from '../../queries/session.ts';
import { auditLine } from '../audit-line.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printEntry } from '../output.ts';

export interface WatchInput {
  /** `project`, `project/item`, `project/item/stage` or a run. */
  filter: string | undefined;
  sinceMs?: number;
}

const MAX_FILTER_PARTS = 4;

/** Ends with 130, because nothing but an interruption ends it. */
export async function watch(context: CommandContext, input: WatchInput): Promise<number> {
  const filter = input.filter === undefined ? null : checked(input.filter);
  const stop = context.stopSignal();
  await withSession(context, async (session) => {
    const { sinceMs: agoMs } = input;
    const sinceMs = agoMs === undefined ? undefined : session.clock.nowMs() - agoMs;
    const feed = await session.openAudit({ sinceMs });
    const close = () => void feed.close();
    stop.addEventListener('abort', close, { once: true });
    if (stop.aborted) close();
    for await (const body of feed.bodies()) {
      for (const entry of parseAuditMessage(body)) {
        if (filter !== null && !isBelow(entry, filter)) continue;
        printEntry(context, entry, () => auditLine(entry, context));
      }
    }
  });
  return EXIT.interrupted;
}

function checked(filter: string): string {
  const parts = filter.replace(/\/$/, '').split('/');
  if (parts.length <= MAX_FILTER_PARTS && parts.every(isToken)) return parts.join('/');
  const message = `"${filter}" is no filter: expected project[/item[/stage[/attempt]]]`;
  throw new OncewardError('USAGE', message);
}
