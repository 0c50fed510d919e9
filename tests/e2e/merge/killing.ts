// Kills whoever holds the lease of a merge queue at one named place, again and again, while items go on coming.
// It must never kill anybody otherwise: whoever has survived that place goes on, and lands what the dead one left.
import type { Onceward } from '../../operating/onceward-process.ts';
import type { MergeFleet } from './merge-fleet.ts';
import { type SeenQueue, stoodStillMs } from './queue-watch.ts';

/** Workers of the queue at a time. */
const LANDERS = ['one', 'two'];
/** Items under way at a time: the queue is sometimes empty, and sometimes not. */
const FEEDERS = 2;
/** Each survives the place once, and so lands what others leave before it is killed itself. */
const PASSAGE = 2;

export interface KillOptions {
  project: string;
  /** The fault point. */
  point: string;
  /** At least so many. */
  kills: number;
}

interface Lost {
  pid: number;
  atMs: number;
}

export interface KillReport {
  kills: number;
  items: string[];
  /** How long the queue stood still after each kill, in the order of the kills. */
  stoodStillMs: number[];
}

export async function killHolders(fleet: MergeFleet, options: KillOptions): Promise<KillReport> {
  const { project, point, kills } = options;
  const lost: Lost[] = [];
  const ups: number[] = [];
  const items: string[] = [];
  const isOver = () => lost.length >= kills;
  const keepAlive = async (name: string): Promise<void> => {
    const fault = isOver() ? '' : `${point}:${PASSAGE}`;
    // On a busy machine it may reach the place, and be killed, before it has said that it is up.
    const lander = await fleet.startLander(project, name, fault).catch(() => null);
    if (lander === null) return keepAlive(name);
    ups.push(performance.now());
    // Whoever survives ends with the fleet, long after this.
    void followed(lander, name);
  };
  const followed = async ({ ended, pid }: Onceward, name: string): Promise<void> => {
    const { signal } = await ended;
    if (signal !== 'SIGKILL') return;
    lost.push({ pid, atMs: performance.now() });
    await keepAlive(name);
  };
  const feed = async (): Promise<void> => {
    while (!isOver()) {
      const item = `i${items.length + 1}`;
      items.push(item);
      await fleet.submit(project, item);
      await fleet.landed(project, item);
    }
  };
  await Promise.all(LANDERS.map(keepAlive));
  await Promise.all(Array.from({ length: FEEDERS }, feed));
  const seen = fleet.queues.of(project);
  return { kills: lost.length, items, stoodStillMs: lost.map(timeIn({ seen, lost, ups })) };
}

/** How long each death held the queue up. Both lists are in the order of time. */
function timeIn({ seen, lost, ups }: { seen: readonly SeenQueue[]; lost: Lost[]; ups: number[] }) {
  return (one: Lost, at: number): number => {
    const alive = ups.filter((upMs) => upMs <= one.atMs).length - at;
    // Where both are dead, nobody can go on before the next is up.
    const nextUpMs = ups.find((upMs) => upMs > one.atMs) ?? one.atMs;
    const anybodyAtMs = alive > 1 ? one.atMs : nextUpMs;
    // Whoever dies next at the same place had the work in hand by then.
    const nextLost = lost[at + 1];
    return stoodStillMs(seen, { ...one, anybodyAtMs, nextAtMs: nextLost?.atMs });
  };
}
