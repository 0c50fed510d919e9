// `onceward ps`: what there is, in rows: items, runs, the processes of the fleet, deadlines, claims.
// It only reads; with `--watch` for as long as it is wanted.
import { OncewardError } from '../../../transport/errors.ts';
import { strangeProject } from '../../queries/absent-actor.ts';
import { type ActorFilter, assertFilter } from '../../queries/actor-filter.ts';
import { withSession } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printListing } from '../output.ts';
import {
  DEPLOYMENTS,
  ITEMS,
  LEASES,
  MERGES,
  type RowKind,
  RUNS,
  TIMERS,
  WORKERS,
} from '../ps/kinds.ts';
import { createReadingProgress } from '../reading-progress.ts';
import { timesOf } from '../times.ts';

export interface PsInput {
  kind: 'items' | 'runs' | 'workers' | 'timers' | 'leases' | 'merges' | 'deployments';
  /** Defaults to all. */
  filter?: ActorFilter;
  isFollowing?: boolean;
}

/** @throws USAGE for a filter that the kind does not take, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function ps(context: CommandContext, input: PsInput): Promise<number> {
  switch (input.kind) {
    case 'items':
      return list(context, input, ITEMS);
    case 'runs':
      return list(context, input, RUNS);
    case 'workers':
      return list(context, input, WORKERS);
    case 'timers':
      return list(context, input, TIMERS);
    case 'leases':
      return list(context, input, LEASES);
    case 'merges':
      return list(context, input, MERGES);
    case 'deployments':
      return list(context, input, DEPLOYMENTS);
  }
}

async function list<Row>(
  context: CommandContext,
  input: PsInput,
  kind: RowKind<Row>,
): Promise<number> {
  const { filter = {} } = input;
  assertTaken(input.kind, filter, kind);
  if (input.isFollowing) {
    // Loaded only when it is wanted: a list must not wait for it.
    const { watchRows } = await import('../ps/watch-rows.ts');
    return watchRows(context, kind, filter);
  }
  await withSession(context, async (session) => {
    const progress = createReadingProgress(context.err);
    const rows = await kind.read(session, filter, progress.read).finally(progress.end);
    const listing = kind.listing(rows, timesOf(context, session.clock.nowMs()));
    printListing(context, listing);
    if (rows.length > 0 || !context.err.isTerminal) return;
    const stranger = await strangeProject(session, filter.project);
    context.err.line(stranger ?? emptyLine(input.kind, filter, kind));
  });
  return EXIT.done;
}

/** @throws USAGE */
function assertTaken<Row>(
  kind: PsInput['kind'],
  filter: ActorFilter,
  { takes, states }: RowKind<Row>,
): void {
  const refused = namesIn(filter).filter((name) => !takes.includes(name));
  if (refused.length > 0) {
    const options = refused.map((name) => OPTION_OF[name]).join(', ');
    const taken = takes.map((name) => OPTION_OF[name]).join(', ');
    const rest = taken === '' ? '' : `; it takes ${taken}`;
    throw new OncewardError('USAGE', `ps ${kind} takes no ${options}${rest}`);
  }
  assertFilter(states, filter);
}

const OPTION_OF: Readonly<Record<keyof ActorFilter, string>> = {
  project: '--project',
  item: '--item',
  stage: '--stage',
  state: '--state',
  changedWithinMs: '--since',
  olderThanMs: '--older-than',
  claimant: '--claimant',
  text: '--text',
  isArchiveIncluded: '--all',
};

function namesIn(filter: ActorFilter): (keyof ActorFilter)[] {
  const names = Object.keys(OPTION_OF) as (keyof ActorFilter)[];
  return names.filter((name) => filter[name] !== undefined && filter[name] !== false);
}

function emptyLine<Row>(
  kind: PsInput['kind'],
  filter: ActorFilter,
  { takes, whyNone }: RowKind<Row>,
): string {
  if (whyNone !== undefined) return `no ${kind}: ${whyNone}`;
  const passes = namesIn(filter).some((name) => name !== 'isArchiveIncluded');
  const what = passes ? `no ${kind} pass this filter` : `no ${kind}`;
  const isMore = takes.includes('isArchiveIncluded') && filter.isArchiveIncluded !== true;
  return isMore ? `${what}; --all looks at archived ones, too` : what;
}
