// Deployments as rows. This version has no machine for them: it shows what anyone can read of a record, and must
// never guess at the rest.
import { type Address, parseAddress } from '../../machines/address.ts';
import { outlineOf, stateName } from '../../machines/record.ts';
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF } from '../actors/record-cache.ts';
import { byAddress } from './listed-actor.ts';
import type { StoredRow } from './rows.ts';
import type { Session } from './session.ts';
import { userAddress } from './user-address.ts';

export type StoredKind = Exclude<Address['kind'], 'item' | 'run' | 'account' | 'merge'>;

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readStoredRows(
  session: Pick<Session, 'bucket'>,
  kind: StoredKind,
  project: string | undefined,
): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  const keys = project === undefined ? '>' : `${project}.>`;
  await session
    .bucket(BUCKET_OF[kind])
    .scan((entry) => void rows.push(storedRow(kind, entry)), keys);
  return rows.sort(byAddress);
}

export function storedRow(
  kind: StoredKind,
  { key, value, revision, storedAtMs }: Entry,
): StoredRow {
  const address = `${kind}.${key}`;
  const outline = value === null ? null : outlineOf(value);
  const state = outline === null ? 'corrupt' : stateName(outline.state);
  const shown = parseAddress(address) === null ? address : userAddress(address);
  return { address: shown, state, revision, changedAtMs: storedAtMs };
}
