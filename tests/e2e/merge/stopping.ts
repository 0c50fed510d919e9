// Stops whoever is about to move a base branch, for longer than it may keep silent, and wakes it up again when another
// has taken over. It must never wake anybody before that: a holder that was merely slow would prove nothing.
import { readFileSync } from 'node:fs';
import { livingProcesses } from '../../../transport/process/process-table.ts';
import type { Onceward } from '../../operating/onceward-process.ts';
import { eventually } from '../../support/eventually.ts';
import type { MergeFleet } from './merge-fleet.ts';
import { type SeenQueue, stoodStillMs } from './queue-watch.ts';

/**
 * `before-push`: stopped right before its git begins. `in-push`: stopped with its git, while the remote has its push and
 * has moved nothing yet. `after-push`: stopped before it reports that the base has moved.
 */
export type StoppedWhere = 'before-push' | 'in-push' | 'after-push';
/** What its successor has done when it wakes up: landed that item and another, or only taken the lease on the remote. */
export type WokenWhen = 'landed' | 'fenced';

export interface StopReport {
  items: string[];
  /** Tokens of those that were stopped. */
  tokens: number[];
  /** Moves of the base between the moment one was woken up and the end of its job. */
  movesOfWoken: number;
  /** What their jobs ended with. */
  endings: string[];
  stoodStillMs: number[];
}

interface Lander extends Onceward {
  name: string;
}

interface Scene {
  fleet: MergeFleet;
  project: string;
  where: StoppedWhere;
  landers: Lander[];
}

const LANDERS = ['one', 'two'];
const LOOK_MS = 20;
const FAULTS: Readonly<Record<StoppedWhere, string>> = {
  'before-push': 'stop:merge-merging',
  'in-push': '',
  'after-push': 'stop:merge-landed',
};
const MERGE_ENDED = /"job":"merge","outcome":"(\w+)"/;

export async function stopHolders(
  fleet: MergeFleet,
  options: { project: string; where: StoppedWhere; woken: WokenWhen; stops: number },
): Promise<StopReport> {
  const { project, where, woken, stops } = options;
  const landers = await Promise.all(
    LANDERS.map(async (name) => ({
      name,
      ...(await fleet.startLander(project, name, FAULTS[where])),
    })),
  );
  const scene = { fleet, project, where, landers };
  const report: StopReport = {
    ...{ items: [], tokens: [], movesOfWoken: 0, endings: [], stoodStillMs: [] },
  };
  for (let round = 1; round <= stops; round += 1) {
    const items = woken === 'landed' ? [`i${round}-a`, `i${round}-b`] : [`i${round}`];
    const one = await stopOne(scene, { items, woken });
    report.items.push(...items);
    report.tokens.push(one.token);
    report.movesOfWoken += one.moves;
    report.endings.push(one.ending);
    report.stoodStillMs.push(one.stoodStillMs);
  }
  return report;
}

async function stopOne(scene: Scene, { items, woken }: { items: string[]; woken: WokenWhen }) {
  const { fleet, project, landers } = scene;
  const remote = fleet.remote(project);
  if (scene.where === 'in-push') for (const { name } of landers) remote.hold(name);
  for (const item of items) await fleet.submit(project, item);
  const stopped = await firstStopped(scene, landers);
  const atMs = performance.now();
  const { token } = holding(fleet, project, stopped);
  const others = landers.filter((one) => one !== stopped);
  const [successor] = others;
  if (successor === undefined || token === null) throw new Error('nobody is left, or no lease');
  await reachesPush(scene, successor);
  if (woken === 'landed') await allLanded(scene, items, others);
  const before = remote.moves().length;
  const ending = await wokenUntilItsJobEnds(scene, stopped);
  const moves = remote.moves().length - before;
  await allLanded(scene, items, landers);
  const still = stoodStillMs(fleet.queues.of(project), { pid: stopped.pid, atMs });
  return { token, moves, ending, stoodStillMs: still };
}

/** It stands still: by itself, or because it is made to as soon as the remote has its push. */
async function firstStopped(
  { fleet, project, where }: Scene,
  landers: readonly Lander[],
): Promise<Lander> {
  if (where !== 'in-push') {
    return eventually(() => landers.find(({ pid }) => isStopped(pid)), LOOK_MS);
  }
  const held = await fleet.remote(project).held(landers.map(({ name }) => name));
  const lander = landers.find(({ name }) => name === held);
  if (lander === undefined) throw new Error(`${held} is nobody`);
  signalFamily(lander, 'SIGSTOP');
  return lander;
}

/** It holds the lease, in the record and on the remote, and is right before the push, or in it. */
async function reachesPush({ fleet, project, where }: Scene, { pid, name }: Lander): Promise<void> {
  // It finds the push carried out, and pushes nothing.
  if (where === 'after-push') return;
  const remote = fleet.remote(project);
  const isThere = where === 'before-push' ? () => isStopped(pid) : () => remote.isHeld(name);
  await eventually(isThere, LOOK_MS);
}

/** Nobody of these is held up any more. */
async function allLanded(
  { fleet, project }: Scene,
  items: readonly string[],
  landers: readonly Lander[],
): Promise<void> {
  const remote = fleet.remote(project);
  let isDone = false;
  const landed = Promise.all(items.map((item) => fleet.landed(project, item))).finally(() => {
    isDone = true;
  });
  await eventually(() => {
    for (const { pid, name } of landers) {
      remote.release(name);
      if (isStopped(pid)) process.kill(pid, 'SIGCONT');
    }
    return isDone;
  }, LOOK_MS);
  await landed;
}

async function wokenUntilItsJobEnds({ fleet, project }: Scene, lander: Lander): Promise<string> {
  const before = endingsOf(lander).length;
  fleet.remote(project).release(lander.name);
  signalFamily(lander, 'SIGCONT');
  // What it was offered besides may end sooner, by being refused.
  const later = () => endingsOf(lander).slice(before);
  return eventually(() => later().find((ending) => ending !== 'refused'), LOOK_MS);
}

function endingsOf(lander: Lander): string[] {
  const lines = lander.log().split('\n');
  return lines.flatMap((line) => MERGE_ENDED.exec(line)?.[1] ?? []);
}

function holding(fleet: MergeFleet, project: string, { pid }: Lander): SeenQueue {
  const isIts = ({ holder }: SeenQueue) => holder?.includes(`-${pid}-`) === true;
  const seen = fleet.queues.of(project).findLast(isIts);
  if (seen === undefined) throw new Error(`${pid} has never held the lease of ${project}`);
  return seen;
}

function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

/** To the process and to all that come from it, itself first: it starts no other then. */
function signalFamily({ pid }: Lander, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
  for (const one of descendantsOf(pid)) {
    try {
      process.kill(one, signal);
    } catch {
      // It has ended meanwhile, by itself.
    }
  }
}

function descendantsOf(pid: number): number[] {
  const living = livingProcesses();
  const family = [pid];
  // Grows while it is gone through.
  for (const parent of family) {
    for (const entry of living) if (entry.parentId === parent) family.push(entry.pid);
  }
  return family.slice(1);
}
