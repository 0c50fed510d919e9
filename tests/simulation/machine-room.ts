// The machines that workers run on: their agents, which outlive the worker that started them, and their clones.
// A worker's life finds its machine by its clock, because the code under test hands nothing else on.
import { OncewardError } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import type { ProcessExit } from '../../transport/process/process-group.ts';
import type { Environments } from './environments.ts';
import type { Forge } from './forge.ts';
import type { Life } from './life.ts';
import type { MergeRemote } from './merge-remote.ts';
import { drawEnd, drawUsage, type Said } from './spending.ts';
import type { World } from './world.ts';

export interface Agent {
  pid: number;
  startTicks: number;
  item: string;
  worktree: string;
  isAlive: boolean;
  watchers: ((exit: ProcessExit) => void)[];
}

export interface Machine {
  readonly name: string;
  agents: Agent[];
  /** Local heads of the items' branches. */
  heads: Map<string, string>;
}

/** What one worker process works with. */
export interface Bench {
  world: World;
  life: Life;
  machine: Machine;
  forge: Forge;
  /** What a merge queue lands on. */
  remote: MergeRemote;
  environments: Environments;
}

const MAX_AGENT_MS = 4_000;
/** In how many parts an agent says what it has used. */
const PARTS = 3;
const benches = new WeakMap<Clock, Bench>();

export function createMachine(name: string): Machine {
  return { name, agents: [], heads: new Map() };
}

export function setUpBench(bench: Bench): void {
  benches.set(bench.life.clock, bench);
}

export function benchOf(clock: Clock): Bench {
  const bench = benches.get(clock);
  if (bench === undefined) throw new Error('this clock belongs to no worker of a simulated world');
  return bench;
}

/** Tools fail now and then; everything they do takes a moment. */
export async function useTool({ world, life }: Bench, what: string): Promise<void> {
  await life.work(1 + world.prng.fraction() * 60);
  if (world.faults.strikes('failed-tool')) throw new OncewardError('GIT_FAILED', `${what} failed`);
}

export interface Started {
  item: string;
  worktree: string;
  command: string;
  /** Hears what an agent says that lives by an account; a plain command says nothing. */
  say?: ((said: Said) => void) | undefined;
}

/** Starts an agent: it works for a while, may commit, may land its work, and ends one way or another. */
export function startAgent(
  { world, machine, forge }: Bench,
  { item, worktree, command, say }: Started,
): Agent {
  const { prng, scheduler } = world;
  const pid = 100 + machine.agents.length;
  const startTicks = Math.floor(scheduler.nowMs());
  const agent: Agent = { pid, startTicks, item, worktree, isAlive: true, watchers: [] };
  machine.agents.push(agent);
  const isHanging = prng.isLucky(0.02);
  const code = prng.isLucky(0.78) ? 0 : 1;
  const verdict = prng.pick(VERDICTS);
  const isCommitting = prng.isLucky(0.85);
  const end = say === undefined ? undefined : drawEnd(world);
  const lastsMs = 20 + prng.fraction() * MAX_AGENT_MS;
  const amounts = say === undefined ? [] : drawUsage(world, PARTS);
  const session = `s-${pid}-${startTicks}`;
  amounts.forEach((usage, part) => {
    const isLast = part === amounts.length - 1;
    scheduler.after((lastsMs * (part + 1)) / (PARTS + 1), () => {
      if (agent.isAlive) say?.({ usage, session, ...(isLast && end ? { end } : {}) });
    });
  });
  if (isHanging) return agent;
  scheduler.after(lastsMs, () => {
    if (!agent.isAlive) return;
    if (end !== undefined) {
      endAgent(agent, { code: 1, signal: null });
      return;
    }
    if (isCommitting) {
      const parent = machine.heads.get(item) ?? forge.head(forge.baseBranch) ?? '';
      machine.heads.set(
        item,
        forge.commit(parent, JSON.stringify({ verdict, summary: 'seen' }), item),
      );
    }
    if (command === 'land') land(machine, forge, item);
    endAgent(agent, { code, signal: null });
  });
  return agent;
}

const VERDICTS = ['pass', 'pass', 'pass', 'product_fail', 'inconclusive', 'not_applicable'];

/** What is landed is a branch like any other, and later the base of all others. */
function land({ heads }: Machine, forge: Forge, item: string): void {
  const sha = heads.get(item);
  const base = forge.head(forge.baseBranch) ?? '';
  if (sha === undefined) return;
  forge.push(`onceward/${item}`, sha);
  if (forge.isAncestor(base, sha)) forge.push(forge.baseBranch, sha);
}

function endAgent(agent: Agent, exit: ProcessExit): void {
  if (!agent.isAlive) return;
  agent.isAlive = false;
  for (const watcher of agent.watchers) watcher(exit);
}

/** SIGTERM, and some time later it is gone. */
export async function terminate({ world, life }: Bench, agent: Agent): Promise<void> {
  await life.work(world.prng.fraction() * 200);
  endAgent(agent, { code: null, signal: 'SIGTERM' });
}
