// What `ps` can list: for each kind which filters it takes, how its rows are read, followed and shown.

import type { Presence } from '../../../transport/ports.ts';
import type { ActorFilter, ListedKind } from '../../queries/actor-filter.ts';
import { type DeploymentRow, readDeploymentRows } from '../../queries/deployment-rows.ts';
import { readItemRows } from '../../queries/item-rows.ts';
import { readLeaseRows } from '../../queries/lease-rows.ts';
import { byAddress } from '../../queries/listed-actor.ts';
import { byRole, listPresence } from '../../queries/presence-list.ts';
import { type MergeQueueRow, readQueueRows } from '../../queries/queue-rows.ts';
import {
  deploymentSource,
  itemSource,
  leaseSource,
  presenceSource,
  queueSource,
  type RowSource,
  runSource,
  timerSource,
} from '../../queries/row-sources.ts';
import type { ItemRow, LeaseRow, RunRow, TimerRow } from '../../queries/rows.ts';
import { readRunRows } from '../../queries/run-rows.ts';
import type { Session } from '../../queries/session.ts';
import { bySoonest, readTimerRows } from '../../queries/timer-rows.ts';
import { deploymentListing } from '../deployment-listing.ts';
import { itemListing } from '../item-listing.ts';
import { leaseListing } from '../lease-listing.ts';
import type { Listing } from '../output.ts';
import { processListing } from '../process-listing.ts';
import { queueListing } from '../queue-listing.ts';
import { runListing } from '../run-listing.ts';
import { timerListing } from '../timer-listing.ts';
import type { Times } from '../times.ts';

type FilterName = keyof ActorFilter;
type OnProgress = (read: number, total: number) => void;

export interface RowKind<Row> {
  takes: readonly FilterName[];
  /** Whose states `--state` may name. */
  states: readonly ListedKind[];
  read(session: Session, filter: ActorFilter, onProgress: OnProgress): Promise<Row[]>;
  follow(filter: ActorFilter): RowSource<Row>;
  listing(rows: readonly Row[], times: Times): Listing<Row>;
  order(one: Row, other: Row): number;
  /** Tells the rows apart, whatever else changes in them. */
  identityOf(row: Row): string;
  /** Said when there are none, whatever the filter. */
  whyNone?: string;
}

const OF_PLACE = ['project', 'item', 'stage'] as const;
const OF_TIME = ['changedWithinMs', 'olderThanMs'] as const;
const OF_ACTOR = [...OF_PLACE, ...OF_TIME, 'state', 'claimant', 'text'] as const;

export const ITEMS: RowKind<ItemRow> = {
  takes: [...OF_ACTOR, 'isArchiveIncluded'],
  states: ['item'],
  read: readItemRows,
  follow: itemSource,
  listing: itemListing,
  order: byAddress,
  identityOf: ({ address }) => address,
};

export const RUNS: RowKind<RunRow> = {
  takes: [...OF_ACTOR, 'isArchiveIncluded'],
  states: ['run'],
  read: readRunRows,
  follow: runSource,
  listing: runListing,
  order: byAddress,
  identityOf: ({ address }) => address,
};

export const TIMERS: RowKind<TimerRow> = {
  takes: OF_ACTOR,
  states: ['item', 'run'],
  read: readTimerRows,
  follow: timerSource,
  listing: timerListing,
  order: bySoonest,
  identityOf: ({ address, event }) => `${address} ${event}`,
};

export const LEASES: RowKind<LeaseRow> = {
  takes: [...OF_PLACE, ...OF_TIME, 'claimant', 'text'],
  states: ['run'],
  read: readLeaseRows,
  follow: leaseSource,
  listing: leaseListing,
  order: byAddress,
  identityOf: ({ address }) => address,
};

export const WORKERS: RowKind<Presence> = {
  takes: [],
  states: [],
  read: listPresence,
  follow: presenceSource,
  listing: processListing,
  order: byRole,
  identityOf: ({ identity }) => identity,
};

export const MERGES: RowKind<MergeQueueRow> = {
  takes: ['project'],
  states: [],
  read: (session, { project }) =>
    readQueueRows(session, project === undefined ? '>' : `${project}.>`),
  follow: queueSource,
  listing: (rows, times) => queueListing('merges', rows, times),
  order: byAddress,
  identityOf: ({ address }) => address,
  whyNone: 'the first item that comes to a stage of kind merge opens one',
};

export const DEPLOYMENTS: RowKind<DeploymentRow> = {
  takes: ['project'],
  states: [],
  read: (session, { project }) =>
    readDeploymentRows(session, project === undefined ? '>' : `${project}.>`),
  follow: deploymentSource,
  listing: deploymentListing,
  order: byAddress,
  identityOf: ({ address }) => address,
  whyNone: 'the first item that comes to a stage of kind deploy opens one',
};
