// `onceward approve | reject | cancel | retry | pause | resume`: what a person decides about one item, or about many.
import { itemAddress } from '../../../machines/address.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { type ActorFilter, isEmptyFilter } from '../../queries/actor-filter.ts';
import { dryRun } from '../../queries/dry-run.ts';
import { withSession } from '../../queries/session.ts';
import { parseItemAddress } from '../../queries/user-address.ts';
import { askActor, printAnswer } from '../asking.ts';
import type { CommandContext } from '../command-context.ts';
import { dryRunLines } from '../dry-run-page.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { decideItems } from './decide-items.ts';

export type Verb = 'approve' | 'reject' | 'cancel' | 'retry' | 'pause' | 'resume';

interface DecisionInput {
  verb: Verb;
  comment?: string;
  reason?: string;
  ifRevision?: number;
  id?: string;
  timeoutMs: number;
}

export interface DecideInput extends DecisionInput {
  items: readonly string[];
  filter: ActorFilter;
  isDryRun: boolean;
  /** Nobody is asked. */
  isConfirmed: boolean;
}

export interface DecideItemInput extends DecisionInput {
  item: string;
  isDryRun?: boolean;
}

/** @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE */
export async function decide(context: CommandContext, input: DecideInput): Promise<number> {
  const { verb, items, filter, ifRevision, id } = input;
  const [item, ...more] = items;
  const isFiltered = !isEmptyFilter(filter);
  if (item !== undefined && isFiltered) {
    throw new OncewardError('USAGE', `${verb} takes items or a filter, not both`);
  }
  if (item === undefined && !isFiltered) {
    throw new OncewardError('USAGE', `${verb} needs an item, or a filter such as --state`);
  }
  if (item !== undefined && more.length === 0) return decideItem(context, { ...input, item });
  if (ifRevision !== undefined || id !== undefined) {
    throw new OncewardError('USAGE', '--if-revision and --id are for one item only');
  }
  const { isDryRun, isConfirmed, timeoutMs } = input;
  const decision = { type: verb, data: dataOf(context, input) };
  const choice = { addresses: items, filter };
  return decideItems(context, { decision, choice, isDryRun, isConfirmed, timeoutMs });
}

/** @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE */
export async function decideItem(context: CommandContext, input: DecideItemInput): Promise<number> {
  const { verb: type, ifRevision, id, timeoutMs } = input;
  const { project, item } = parseItemAddress(input.item);
  const data = {
    ...dataOf(context, input),
    ...(ifRevision === undefined ? {} : { ifRevision }),
  };
  const question = { address: itemAddress(project, item), type, data, id, timeoutMs };
  if (input.isDryRun) return tryOut(context, question);
  await withSession(context, async (session) => {
    printAnswer(context, question, await askActor(session, question));
  });
  return EXIT.done;
}

/** Ends as the refusal itself would: with 6, or with 5 for the revision. */
async function tryOut(
  context: CommandContext,
  question: Parameters<typeof dryRun>[1],
): Promise<number> {
  const foreseen = await withSession(context, (session) => dryRun(session, question));
  printDocument(context, { ...foreseen }, () => dryRunLines(context, foreseen));
  if (foreseen.outcome === 'would-apply') return EXIT.done;
  return foreseen.reason === 'revision' ? EXIT.conflict : EXIT.refused;
}

function dataOf(
  { operator }: CommandContext,
  { comment, reason }: DecisionInput,
): Record<string, unknown> {
  return {
    by: operator,
    ...(comment === undefined ? {} : { comment }),
    ...(reason === undefined ? {} : { reason }),
  };
}
