// Processes, accounts and queues, looked at now and then: requests, other than the feeds.
// It must never fail for what may not be read: queues stay unknown, and processes as they were last seen.
import type { Presence } from '../../../transport/ports.ts';
import { type AccountRow, readAccountRows } from '../../queries/account-rows.ts';
import { type DeploymentRow, readDeploymentRows } from '../../queries/deployment-rows.ts';
import { heldWords } from '../../queries/deployment-words.ts';
import { listPresence } from '../../queries/presence-list.ts';
import { holdWords } from '../../queries/queue-hold.ts';
import { type MergeQueueRow, readQueueRows } from '../../queries/queue-rows.ts';
import type { Session } from '../../queries/session.ts';
import type { BoardSources, HeldQueue, Suspended } from './board.ts';

type Seen = Pick<BoardSources, 'hosts' | 'workers' | 'queues' | 'suspended' | 'heldQueues'>;

export interface FleetLook {
  seen(): Seen;
  /** Resolves after the first look. */
  readonly first: Promise<void>;
  stop(): void;
}

const LOOK_MS = 2_000;

export function lookAtFleet(session: Session, onChange: () => void): FleetLook {
  let seen: Seen = { hosts: 0, workers: 0, queues: null, suspended: [], heldQueues: [] };
  let isStopped = false;
  let cancel = () => {};

  const look = async () => {
    const [processes, facts, accounts, merges, deployments] = await Promise.all([
      listPresence(session).catch(() => null),
      session.fleetFacts().catch(() => null),
      readAccountRows(session).catch(() => null),
      readQueueRows(session).catch(() => null),
      readDeploymentRows(session).catch(() => null),
    ]);
    seen = {
      ...(processes === null ? seen : counted(processes)),
      queues: facts?.queues ?? null,
      suspended: accounts === null ? seen.suspended : suspendedOf(accounts),
      heldQueues:
        merges === null || deployments === null
          ? seen.heldQueues
          : [...heldDeployments(deployments), ...heldOf(merges)],
    };
    if (isStopped) return;
    onChange();
    cancel = session.clock.after(LOOK_MS, () => void look());
  };
  return {
    seen: () => seen,
    first: look(),
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

function suspendedOf(accounts: readonly AccountRow[]): Suspended[] {
  return accounts
    .filter(({ state }) => state === 'suspended')
    .map(({ address, suspension }) => ({
      address,
      cause: suspension?.cause ?? 'unknown',
      untilMs: suspension?.untilMs ?? null,
    }));
}

/** What ends by itself needs nobody. */
function heldOf(merges: readonly MergeQueueRow[]): HeldQueue[] {
  return merges.flatMap(({ address, hold }) => {
    if (hold === null || hold.kind === 'backing-off') return [];
    return [{ address, why: holdWords(hold), release: hold.release }];
  });
}

function heldDeployments(deployments: readonly DeploymentRow[]): HeldQueue[] {
  return deployments.flatMap(({ address, state, hold }) =>
    hold === null
      ? []
      : [{ address, why: `${state}: ${heldWords(hold)}`, release: `${hold.release} releases it` }],
  );
}

function counted(processes: readonly Presence[]): Pick<Seen, 'hosts' | 'workers'> {
  const count = (wanted: Presence['role']) =>
    processes.filter(({ role }) => role === wanted).length;
  return { hosts: count('host'), workers: count('worker') };
}
