// `onceward ps`: what there is, in rows: items, runs, the processes of the fleet, deadlines, claims.
// It only reads; with `--watch` for as long as it is wanted.
import { OncewardError } from '../../../transport/errors.ts';
import { type ActorFilter, assertFilter } from '../../queries/actor-filter.ts';
import { withSession } from '../../queries/session.ts';
import { createProgress } from '../bulk/progress.ts';
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
import { timesOf } from '../times.ts';

export const PS_KINDS = [
  'items',
  'runs',
  'workers',
  'timers',
  'leases',
  'merges',
  'deployments',
] as const;

export interface PsInput {
  kind: (typeof PS_KINDS)[number];
  filter: ActorFilter;
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
