// `onceward project list`: every project of the registry, those that hosts have of their files among them.
import { withSession } from '../../../queries/session.ts';
import { readProjectRows } from '../../../registry/project-rows.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printListing } from '../../output.ts';
import { projectListing } from '../../project-listing.ts';
import { localFileIn } from '../../registry-session.ts';

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, CONFIG_INVALID */
export async function projectList(context: CommandContext): Promise<number> {
  const local = await localFileIn(context);
  const rows = await withSession(context, (session) => readProjectRows(session, local));
  printListing(context, projectListing(rows));
  if (rows.length === 0 && context.err.isTerminal) {
    context.err.line('no projects: `onceward project add`, or a host with an onceward.yaml');
  }
  return EXIT.done;
}
