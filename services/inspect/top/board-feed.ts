// Keeps the board's sources current: items and runs from their buckets, the last minute and alarms from the audit.
// It only reads; when a feed breaks it says so, and never shows what is no longer current.

import { stateName } from '../../../machines/record.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import type { Entry } from '../../../transport/ports.ts';
import { skimEntry } from '../../actors/record-cache.ts';
import { type AuditLine, parseAuditMessage } from '../../queries/audit-entries.ts';
import { readFleet } from '../../queries/fleet-reading.ts';
import type { Alarm } from '../../queries/fleet-view.ts';
import { readLiveItem } from '../../queries/indexed-item.ts';
import type { ItemRow } from '../../queries/rows.ts';
import type { Session } from '../../queries/session.ts';
import { userAddress } from '../../queries/user-address.ts';
import type { BoardSources, CurrentRun } from './board.ts';
import { lookAtFleet } from './fleet-look.ts';
import { followBucket } from './followed-bucket.ts';
import { createMinute } from './minute.ts';

export interface BoardFeed {
  sources(): BoardSources;
  /** Resolves once everything that was there has been read. */
  readonly caughtUp: Promise<void>;
  /** Rejects when a feed has broken; never resolves. */
  readonly broken: Promise<never>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const MAX_ALARMS = 100;

/** `onChange` is called after every change, however many there are. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function openBoardFeed(session: Session, onChange: () => void): Promise<BoardFeed> {
  const { clock } = session;
  const { broken, onBroken } = breakage();
  const positions = new Map<string, number>();
  const options = { onChange, onBroken };
  const read = (entry: Entry) => readItem(entry, positions);
  const [items, runs, happenings] = await Promise.all([
    followBucket(session, 'onceward-items', { ...options, read }),
    followBucket(session, 'onceward-runs', { ...options, read: readRun }),
    followAudit(session, options),
  ]);
  const fleet = lookAtFleet(session, onChange);
  const link = followConnection(session.connection, onChange);
  let isComplete = false;
  const feeds = [items, runs, happenings];
  const caughtUp = Promise.all([...feeds.map((feed) => feed.caughtUp), fleet.first]).then(() => {
    isComplete = true;
    onChange();
  });
  return {
    ...{ caughtUp, broken },
    sources: () => ({
      ...{ nowMs: clock.nowMs(), isComplete, isConnected: link.isConnected(), positions },
      ...{ ...fleet.seen(), ...happenings.now() },
      rows: [...items.kept.values()].reverse(),
      runOf: (row) => runs.kept.get(keyOf(row)),
    }),
    async close() {
      fleet.stop();
      link.stop();
      await Promise.all(feeds.map((feed) => feed.close()));
    },
  };
}

/** The feeds wait a lost connection out in silence; whoever looks at them is to know. */
function followConnection({ onLost, present }: Session['connection'], onChange: () => void) {
  let isConnected = true;
  const stop = onLost(() => {
    isConnected = false;
    onChange();
    void present().then(() => {
      isConnected = true;
      onChange();
    });
  });
  return { isConnected: () => isConnected, stop };
}

interface Reports {
  onChange: () => void;
  onBroken: (error: unknown) => void;
}

/** The last minute, and the alarms: those of the last day, and every one from now on. */
async function followAudit(session: Session, { onChange, onBroken }: Reports) {
  const { clock } = session;
  const minute = createMinute();
  const feed = await session.openAudit({ sinceMs: clock.nowMs() - MINUTE_MS });
  let alarms: Alarm[] = [];
  const add = (more: readonly Alarm[]) => {
    const all = new Map([...alarms, ...more].map((alarm) => [JSON.stringify(alarm), alarm]));
    alarms = [...all.values()].sort((one, other) => other.atMs - one.atMs).slice(0, MAX_ALARMS);
  };
  const follow = async () => {
    for await (const body of feed.bodies()) {
      const entries = parseAuditMessage(body);
      for (const entry of entries) minute.note(entry);
      const raised = entries.filter(({ outcome }) => outcome === 'alarm');
      if (raised.length > 0) add(raised.map(alarmOf));
      onChange();
    }
  };
  follow().catch(onBroken);
  const past = readFleet(session).then((view) => add(view.alarms));
  past.catch(onBroken);
  return {
    caughtUp: Promise.all([feed.caughtUp, past]).then(() => {}),
    now: () => ({ alarms, minute: minute.counts(clock.nowMs()) }),
    close: () => feed.close(),
  };
}

function breakage(): { broken: Promise<never>; onBroken: (error: unknown) => void } {
  let onBroken: (error: unknown) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    onBroken = reject;
  });
  // Whoever waits for it hears of it; nobody has to.
  broken.catch(() => {});
  return { broken, onBroken };
}

function readItem(entry: Entry, positions: Map<string, number>): ItemRow | null {
  const item = readLiveItem(entry);
  if (item === null) return null;
  for (const [at, stage] of item.stages.entries()) {
    positions.set(stage, Math.min(at, positions.get(stage) ?? at));
  }
  return item.row;
}

function readRun(entry: Entry): CurrentRun | null {
  const loaded = skimEntry(entry);
  if (loaded.status !== 'stored') return null;
  const { state, sinceMs, context } = loaded.stored.record;
  const { claim, worker } = context as Partial<RunContext>;
  return { state: stateName(state), holder: claim?.claimant ?? worker ?? null, sinceMs };
}

/** The run that may advance the item. */
function keyOf({ project, item, stage, attempt }: ItemRow): string {
  return `${project}.${item}.${stage}.${attempt}`;
}

function alarmOf({ atMs, address, reason, message }: AuditLine): Alarm {
  return { atMs, address: userAddress(address), reason: reason ?? '', message };
}
