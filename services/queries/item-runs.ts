// The runs of one item, oldest first, with the stretches of their lives.
// It must never leave a run out that the item knows of: one whose record cannot be read is shown without a life.
import { runAddress } from '../../machines/address.ts';
import type { EndedRun, ItemContext, RunReference } from '../../machines/item/context.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import type { Entry } from '../../transport/ports.ts';
import { decodeEntry } from '../actors/record-cache.ts';
import type { AuditLine } from './audit-entries.ts';
import { costOf, measuredOf } from './cost.ts';
import { decodeArchived } from './found-actor.ts';
import type { TimelineRun } from './item-view.ts';
import type { Session } from './session.ts';
import { phasesOf } from './timeline.ts';
import { userAddress } from './user-address.ts';

/** What a run is called whose record is not there, or cannot be read. */
const UNKNOWN_STATE = 'unknown';

/** @param audit of the item and its runs, oldest first */
export async function readItemRuns(
  session: Pick<Session, 'bucket'>,
  item: ItemContext,
  audit: readonly AuditLine[],
): Promise<TimelineRun[]> {
  const { runs, current } = item;
  const count = runs.length + (current === null ? 0 : 1);
  const records = await readRecords(session, item, count);
  const entriesOf = entriesByAddress(audit);
  const shown = ({ stage, attempt }: RunReference, ended: EndedRun | null): TimelineRun => {
    const address = runAddress(item.project, item.item, stage, attempt);
    const stored = records.get(address) ?? null;
    const phases = stored === null ? [] : phasesOf(stored, entriesOf.get(address) ?? []);
    const named = { address: userAddress(address), stage, attempt };
    return { ...named, ...outcomeOf(stored, ended), phases };
  };
  return [
    ...runs.map((run) => shown(run, run)),
    ...(current === null ? [] : [shown(current, null)]),
  ];
}

function outcomeOf(
  stored: Stored | null,
  ended: EndedRun | null,
): Pick<TimelineRun, 'state' | 'verdict' | 'claimant' | 'worker' | 'cost'> {
  const context = stored === null ? null : runContextOf(stored.record);
  const verdict = context?.claim?.verdict ?? ended?.verdict ?? null;
  return {
    state: stored === null ? UNKNOWN_STATE : stateName(stored.record.state),
    verdict: verdict && { kind: verdict.kind, cause: verdict.cause, summary: verdict.summary },
    claimant: context?.claim?.claimant ?? ended?.claimant ?? null,
    worker: context?.worker ?? null,
    // What the item was charged comes first: the record may have been archived, or not be readable.
    cost: costOf(ended?.usage ?? (context === null ? null : measuredOf(context))),
  };
}

/** By address. The archive is asked last: a run is copied there before it is removed here. */
async function readRecords(
  session: Pick<Session, 'bucket'>,
  { project, item }: ItemContext,
  count: number,
): Promise<Map<string, Stored>> {
  const records = new Map<string, Stored>();
  const key = `${project}.${item}.*.*`;
  await session.bucket('onceward-runs').scan((entry: Entry) => {
    const loaded = decodeEntry(entry);
    if (loaded.status === 'stored') records.set(`run.${entry.key}`, loaded.stored);
  }, key);
  if (records.size >= count) return records;
  await session.bucket('onceward-archive').scan((entry: Entry) => {
    const loaded = decodeArchived(entry)?.loaded;
    if (loaded?.status === 'stored' && !records.has(entry.key)) {
      records.set(entry.key, loaded.stored);
    }
  }, `run.${key}`);
  return records;
}

function entriesByAddress(audit: readonly AuditLine[]): Map<string, AuditLine[]> {
  const entries = new Map<string, AuditLine[]>();
  for (const line of audit) {
    const own = entries.get(line.address);
    if (own === undefined) entries.set(line.address, [line]);
    else own.push(line);
  }
  return entries;
}
