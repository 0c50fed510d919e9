// `onceward ps`: items, runs, or the processes of the fleet.
import { OncewardError } from '../../../transport/errors.ts';
import { listActors } from '../../queries/listed-actor.ts';
import { withSession } from '../../queries/session.ts';
import { assertState } from '../../queries/state-names.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { itemListing } from '../item-listing.ts';
import { printListing } from '../output.ts';
import { listPresence, processListing } from '../process-listing.ts';
import { runListing } from '../run-listing.ts';

export interface PsInput {
  kind: 'items' | 'runs' | 'workers';
  project?: string;
  state?: string;
  isArchiveIncluded?: boolean;
}

export async function ps(context: CommandContext, input: PsInput): Promise<number> {
  const { kind, project, state, isArchiveIncluded = false } = input;
  const filter = { project, state, isArchiveIncluded };
  if (kind === 'workers') assertNoFilter(input);
  else if (state !== undefined) assertState(kind === 'items' ? 'item' : 'run', state);
  await withSession(context, async (session) => {
    const nowMs = session.clock.nowMs();
    if (kind === 'workers') {
      printListing(context, processListing(await listPresence(session), nowMs));
    } else if (kind === 'runs') {
      printListing(context, runListing(await listActors(session, 'run', filter), nowMs));
    } else {
      const items = await listActors(session, 'item', filter);
      const runs = await listActors(session, 'run', { project, isArchiveIncluded: false });
      printListing(context, itemListing(items, runs, nowMs));
    }
  });
  return EXIT.done;
}

function assertNoFilter({ project, state, isArchiveIncluded }: PsInput): void {
  if (project === undefined && state === undefined && !isArchiveIncluded) return;
  throw new OncewardError('USAGE', 'ps workers takes no --project, --state or --all');
}
