// Reads merge queues for the page: all of them, one of them, and where one item stands in its own.
// It must never hide the others for one record that cannot be read.
import { mergeAddress } from '../../machines/address.ts';
import type { ItemContext } from '../../machines/item/context.ts';
import { prospectsOf } from '../../machines/prospects.ts';
import type { Stored } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { requireActor } from './absent-actor.ts';
import { findActor } from './found-actor.ts';
import { byAddress } from './listed-actor.ts';
import { outlookOf } from './queue-outlook.ts';
import type { QueueList, QueuePage, QueuePlace, QueueSummary } from './queue-page-view.ts';
import { queueView } from './queue-reading.ts';
import type { Session } from './session.ts';
import { tried } from './tried-reading.ts';
import { explainFound, surroundingsOf, type WhySource } from './why.ts';
import { timersOf } from './why-timers.ts';

type Reading = Pick<Session, 'bucket' | 'clock'>;

/** More of the audit a page cannot hold. */
const MAX_AUDIT_LINES = 200;
/** What a person may say; the rest is reported by workers. */
const OPERATORS_EVENTS: readonly string[] = ['freeze', 'resume', 'move', 'eject'];

/** @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readQueuePage(
  session: WhySource,
  queue: { project: string; branch: string },
): Promise<QueuePage> {
  const found = await requireActor(session, { kind: 'merge', ...queue });
  const { stored } = found;
  const surroundings = await surroundingsOf(session, found);
  const nowMs = session.clock.nowMs();
  const { accepts } = prospectsOf(stored, nowMs);
  return {
    ...queueView(stored, nowMs),
    outlook: outlookOf(stored),
    accepts: accepts.filter(({ type }) => OPERATORS_EVENTS.includes(type)),
    timers: timersOf(stored),
    why: await explainFound(session, found, surroundings),
    audit: surroundings.audit.slice(-MAX_AUDIT_LINES),
  };
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readQueues(session: Reading): Promise<QueueList> {
  const queues: QueueSummary[] = [];
  const notes: string[] = [];
  const nowMs = session.clock.nowMs();
  await session.bucket(BUCKET_OF.merge).scan((entry) => {
    if (entry.value === null) return;
    const stored = storedIn(entry);
    if (typeof stored === 'string') notes.push(`merge.${entry.key} could not be read: ${stored}`);
    else queues.push(summaryOf(stored, nowMs));
  });
  return { queues: queues.sort(byAddress), notes: notes.sort() };
}

/** What is wrong with it where it cannot be read. */
function storedIn(entry: Entry): Stored | string {
  const loaded = decodeEntry(entry);
  if (loaded.status === 'stored') return loaded.stored;
  return 'message' in loaded ? loaded.message : loaded.status;
}

function summaryOf(stored: Stored, nowMs: number): QueueSummary {
  const { ended, decided, ...view } = queueView(stored, nowMs);
  const landed = decided.find(({ outcome }) => outcome === 'landed');
  return {
    ...view,
    outlook: outlookOf(stored),
    lastEnded: ended[0] ?? null,
    lastLandedAtMs: landed?.atMs ?? null,
  };
}

/** Null where the stage is of another kind, or the queue cannot be read: an item can be shown without it. */
export async function readQueuePlace(
  session: Reading,
  { project, item, pipeline }: Pick<ItemContext, 'project' | 'item' | 'pipeline'>,
  stage: string | undefined,
): Promise<QueuePlace | null> {
  const kind = pipeline.stages.find(({ name }) => name === stage)?.kind;
  if (kind !== 'merge') return null;
  const branch = pipeline.baseBranch;
  const { value: found } = await tried(
    'its queue',
    findActor(session, { kind: 'merge', project, branch }),
  );
  if (found === null) return null;
  const view = queueView(found.stored, session.clock.nowMs());
  const entry = view.train.find((one) => one.item === `${project}/${item}`);
  return {
    ...{ address: mergeAddress(project, branch), branch, state: view.state },
    position: entry?.position ?? null,
    length: view.train.length,
    place: entry?.place ?? null,
    waitsFor: entry?.waitsFor ?? '',
  };
}

/** The same of a run, by the item that it is of. */
export async function readQueueOfRun(
  session: Reading,
  { project, item, stage }: Pick<RunContext, 'project' | 'item' | 'stage'>,
): Promise<QueuePlace | null> {
  if (stage.kind !== 'merge') return null;
  const found = await tried('its item', findActor(session, { kind: 'item', project, item }));
  if (found.value === null) return null;
  return readQueuePlace(session, itemContextOf(found.value.stored.record), stage.name);
}
