// What the audit tells, printed as it comes, and what is said when the connection is lost meanwhile.
// It must never say such a thing where the entries go: they are read by programs.
import type { FeedNotices } from '../../transport/nats/ordered-feed.ts';
import type { Happening } from '../queries/happenings.ts';
import { auditLine } from './audit-line.ts';
import type { CommandContext } from './command-context.ts';
import { printEntry } from './output.ts';

export function printHappening(
  context: Pick<CommandContext, 'out' | 'output' | 'style' | 'timeStyle'>,
  happening: Happening,
): void {
  printEntry(context, happening, () => auditLine(happening, context));
}

export function lossNotices({ err }: Pick<CommandContext, 'err'>): FeedNotices {
  return {
    onLost(after) {
      const where = after === null ? '' : ` after ${after}`;
      err.line(`connection lost, resuming${where}`);
    },
    onResumed: () => err.line('connected again'),
  };
}
