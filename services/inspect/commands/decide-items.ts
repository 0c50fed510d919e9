// The same decisions about many items: those that are named, or those that a filter finds.
// It must never decide about an item that has moved since it was read, nor about many without being told to.
import { OncewardError } from '../../../transport/errors.ts';
import { strangeProject } from '../../queries/absent-actor.ts';
import { type Session, withSession } from '../../queries/session.ts';
import { type Decision, planOf } from '../bulk/bulk-plan.ts';
import { type BulkRow, bulkExitCode, bulkListing, summaryText } from '../bulk/bulk-row.ts';
import { type BulkRun, runBulk } from '../bulk/bulk-run.ts';
import { chooseItems, type ItemChoice } from '../bulk/item-choice.ts';
import { createProgress } from '../bulk/progress.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printListing } from '../output.ts';

export interface DecideItemsInput {
  decision: Decision;
  choice: ItemChoice;
  isDryRun: boolean;
  /** Nobody is asked. */
  isConfirmed: boolean;
  timeoutMs: number;
}

/**
 * Ends with 0 when it was applied to all, with 6 when some refused it or have moved; a dry run likewise.
 * @throws USAGE when nobody can confirm it, BROKER_UNAVAILABLE and OUTCOME_UNKNOWN after saying how far it came
 */
export async function decideItems(
  context: CommandContext,
  input: DecideItemsInput,
): Promise<number> {
  const stop = context.stopSignal();
  return withSession(context, async (session) => {
    const actors = await chooseItems(session, input.choice);
    const { project } = input.choice.filter;
    const stranger = actors.length > 0 ? null : await strangeProject(session, project);
    if (stranger !== null) context.err.line(stranger);
    const plan = planOf(actors, input.decision, session.clock.nowMs());
    if (input.isDryRun) return report(context, input, { rows: plan, trouble: null });
    if (!(await isWanted(context, input, plan))) {
      context.err.line('nothing was done');
      return stop.aborted ? EXIT.interrupted : EXIT.error;
    }
    const run = await send(context, session, { ...input, plan, stop });
    const code = report(context, input, run);
    return stop.aborted ? EXIT.interrupted : code;
  });
}

/** Whoever names items has said what they want; whoever filters may have caught more than was meant. */
async function isWanted(
  { ask }: CommandContext,
  { choice, decision, isConfirmed }: DecideItemsInput,
  plan: readonly BulkRow[],
): Promise<boolean> {
  const count = plan.filter(({ outcome }) => outcome === 'would-apply').length;
  if (choice.addresses.length > 0 || isConfirmed || count === 0) return true;
  if (ask === null) {
    const message = `${decision.type} would be sent to ${counted(count)}: confirm it with --yes, or look with --dry-run`;
    throw new OncewardError('USAGE', message);
  }
  const rest = plan.length - count;
  const others = rest === 0 ? '' : ` (${rest} more would refuse)`;
  const answer = await ask(`${decision.type} ${counted(count)}${others}? [y/N] `);
  return /^\s*y(es)?\s*$/i.test(answer);
}

async function send(
  { err }: CommandContext,
  session: Session,
  input: DecideItemsInput & { plan: readonly BulkRow[]; stop: AbortSignal },
): Promise<BulkRun> {
  const { plan, decision, timeoutMs, stop } = input;
  const progress = createProgress(err, { what: decision.type, total: plan.length });
  try {
    return await runBulk(plan, { session, decision, timeoutMs, stop, onRow: progress.step });
  } finally {
    progress.end();
  }
}

function report(
  context: CommandContext,
  { decision, isDryRun }: DecideItemsInput,
  { rows, trouble }: BulkRun,
): number {
  printListing(context, bulkListing(decision.type, rows, isDryRun));
  context.err.line(summaryText(rows));
  if (trouble !== null) throw trouble;
  return bulkExitCode(rows);
}

function counted(count: number): string {
  return `${count} item${count === 1 ? '' : 's'}`;
}
