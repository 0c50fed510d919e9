// Carries the planned faults out, one by one, and heals each when its time is over or the chaos ends.
// It must never leave a fault unhealed behind.
import { setTimeout as delay } from 'node:timers/promises';
import { createMutex } from '../../transport/git/mutex.ts';
import { agentStart } from './agent-start.ts';
import type { FaultKind, PlannedFault } from './fault-plan.ts';
import type { Fleet, Member } from './fleet.ts';

/** What really happened. */
export interface InjectedFault {
  kind: FaultKind;
  atMs: number;
  lastedMs: number;
  /** Which process, server or stream it struck. */
  target: string;
}

export interface FaultInjector {
  /** Resolves once the fault is healed. */
  inject(planned: PlannedFault): Promise<InjectedFault>;
}

const STREAMS = [
  'KV_onceward-runs',
  'KV_onceward-items',
  'ONCEWARD_EVENTS',
  'ONCEWARD_JOBS',
  'ONCEWARD_AUDIT',
  'KV_onceward-archive',
  'KV_onceward-presence',
] as const;
const CLUSTER_LIMIT_MS = 90_000;

type Strike = (planned: PlannedFault) => Promise<string>;

/**
 * @param ended aborted when the chaos is over: every fault is then healed at once
 * @param ledger where agents leave a line when they begin
 */
export function createFaultInjector(
  fleet: Fleet,
  { ended, ledger }: { ended: AbortSignal; ledger: string },
): FaultInjector {
  const { cluster, members, disk } = fleet;
  // Two servers down at a time would be a full stop; that is what a full restart is for.
  const oneServerAtATime = createMutex();
  const lasting = (ms: number) => delay(ms, undefined, { signal: ended }).catch(() => {});
  const chosen = (role: 'host' | 'worker' | null, { target }: PlannedFault): Member => {
    const candidates = members.filter(({ process }) => role === null || process.role === role);
    return candidates[target % candidates.length] as Member;
  };

  const kill = async (role: 'host' | 'worker', planned: PlannedFault): Promise<string> => {
    const { process, stateDirectory } = chosen(role, planned);
    // Half of the workers die just when an agent of theirs has begun, before they can have said so.
    const isAtStart = role === 'worker' && planned.target % 2 === 1;
    if (isAtStart) await agentStart(ledger, { stateDirectory, signal: ended });
    await process.kill();
    await lasting(planned.lastsMs);
    void process.start();
    return isAtStart ? `${process.name}, as an agent began` : process.name;
  };
  const freeze = async (role: 'host' | 'worker', planned: PlannedFault): Promise<string> => {
    const { process } = chosen(role, planned);
    const goOn = process.freeze();
    await lasting(planned.lastsMs);
    goOn();
    return process.name;
  };
  const killServer = (planned: PlannedFault): Promise<string> =>
    oneServerAtATime(async () => {
      const node = cluster.nodes[planned.target % cluster.nodes.length];
      if (node === undefined) return 'none';
      await node.kill('SIGKILL');
      await lasting(planned.lastsMs);
      await node.start();
      // Another one may go down only when this one is up to date: two of three is the promise.
      await cluster.ready(CLUSTER_LIMIT_MS);
      return node.name;
    });
  const restartAll = (planned: PlannedFault): Promise<string> =>
    oneServerAtATime(async () => {
      await Promise.all([
        ...members.map(({ process }) => process.kill()),
        ...cluster.nodes.map((node) => node.kill('SIGKILL')),
      ]);
      await lasting(planned.lastsMs);
      await Promise.all(cluster.nodes.map((node) => node.start()));
      for (const { process } of members) void process.start();
      await cluster.ready(CLUSTER_LIMIT_MS);
      return 'everything';
    });

  const strikes: Record<FaultKind, Strike> = {
    'host-kill': (planned) => kill('host', planned),
    'worker-kill': (planned) => kill('worker', planned),
    'host-stop': (planned) => freeze('host', planned),
    'worker-stop': (planned) => freeze('worker', planned),
    'server-kill': killServer,
    'full-restart': restartAll,
    async 'leader-step-down'({ target }) {
      const stream = STREAMS[target % STREAMS.length] ?? STREAMS[0];
      const { from, to } = await cluster.stepDown(stream);
      return `${stream}: ${from.name} to ${to.name}`;
    },
    async 'connection-cut'(planned) {
      const { process, link } = chosen(null, planned);
      link.cut();
      return process.name;
    },
    async 'black-hole'(planned) {
      const { process, link } = chosen(null, planned);
      const how = planned.target % 2 === 0 ? 'resume' : 'reset';
      const heal = link.blackHole();
      await lasting(planned.lastsMs);
      heal(how);
      return `${process.name}, then ${how}`;
    },
    async 'disk-full'({ lastsMs }) {
      disk.fill();
      await lasting(lastsMs);
      disk.free();
      return disk.isReal ? 'logs of worker-1' : 'logs of worker-1 (a file in place of the folder)';
    },
  };

  return {
    async inject(planned) {
      const startedMs = performance.now();
      const target = await strikes[planned.kind](planned);
      const lastedMs = Math.round(performance.now() - startedMs);
      return { kind: planned.kind, atMs: planned.atMs, lastedMs, target };
    },
  };
}
