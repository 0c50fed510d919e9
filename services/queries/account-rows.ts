// The accounts of projects and providers as rows: what was used of each, and why nothing may begin on it.
// It must never show what was used yesterday as used today: the record may not have been told of midnight yet.
import {
  type AccountContext,
  DAY_MS,
  type Suspension,
  startOfDay,
} from '../../machines/account/context.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { accountContextOf } from '../../machines/typed-context.ts';
import { type Caps, NO_USAGE, type Usage } from '../../machines/usage.ts';
import type { Bucket, Clock, Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { byAddress } from './listed-actor.ts';

export interface AccountRow {
  /** `account.provider.claude` */
  address: string;
  owner: string;
  name: string;
  /** `newer` or `corrupt` where the record cannot be read. */
  state: string;
  revision: number;
  suspension: Suspension | null;
  /** Days are counted in UTC. Null where the record cannot be read. */
  today: Usage | null;
  yesterday: Usage | null;
  /** Since it was opened. */
  total: Usage | null;
  /** The most of one day, as the last run that drew on it knew them. */
  caps: Caps;
  /** How often a person allowed as much again today. */
  grants: number;
}

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readAccountRows(
  session: {
    bucket: (name: 'onceward-accounts') => Pick<Bucket, 'scan'>;
    clock: Pick<Clock, 'nowMs'>;
  },
  keys = '>',
): Promise<AccountRow[]> {
  const rows: AccountRow[] = [];
  const nowMs = session.clock.nowMs();
  await session.bucket(BUCKET_OF.account).scan((entry) => {
    if (entry.value !== null) rows.push(accountRow(entry, nowMs));
  }, keys);
  return rows.sort(byAddress);
}

function accountRow(entry: Entry, nowMs: number): AccountRow {
  const loaded = decodeEntry(entry);
  const [owner = '', name = ''] = entry.key.split('.');
  const named = { address: `account.${entry.key}`, owner, name };
  if (loaded.status === 'stored') return { ...named, ...readable(loaded.stored, nowMs) };
  const unknown = { suspension: null, today: null, yesterday: null, total: null };
  const { status: state } = loaded;
  return { ...named, ...unknown, state, revision: entry.revision, caps: {}, grants: 0 };
}

function readable({ record, revision }: Stored, nowMs: number) {
  const context = accountContextOf(record);
  const { suspension, total, caps } = context;
  const days = { ...daysOf(context, nowMs), total, caps };
  return { state: stateName(record.state), revision, suspension, ...days };
}

/** As the record will say once it is told that the day is over. */
function daysOf({ dayMs, today, yesterday, grants }: AccountContext, nowMs: number) {
  const daysLater = Math.round((startOfDay(nowMs) - dayMs) / DAY_MS);
  if (daysLater <= 0) return { today, yesterday, grants };
  return { today: NO_USAGE, yesterday: daysLater === 1 ? today : NO_USAGE, grants: 0 };
}

/** For whoever follows the records and is told of each change: that its day is over, an account hears of its host. */
export function storedAccountRow(entry: Entry): AccountRow {
  return accountRow(entry, 0);
}
