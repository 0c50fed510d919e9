// Finds finished runs that were taken from a worker that was still within its grace. Computed from the times
// of the stored events alone: neither the deadline in the record nor the host's judgement is looked at.
import type { ChaosHistory, RunHistory } from './history.ts';

/** Events that show a finalization going on, or that begin it. */
const PROGRESS = ['exited', 'finalize-step', 'worker-lost', 'timed-out', 'start-overdue'];

/** Claims by another than the worker that reported the exit, less than `graceMs` after its last progress. */
export function takeoverProblems({ runs }: ChaosHistory): string[] {
  return runs.flatMap((run) => {
    const taken = takeover(run);
    if (taken === null || taken.claimedAtMs - taken.lastProgressAtMs >= run.graceMs) return [];
    const afterMs = taken.claimedAtMs - taken.lastProgressAtMs;
    const who = `${taken.claimant} took it from ${run.context.worker ?? 'its publisher'}`;
    return [`${run.address}: ${who} after ${afterMs} ms, the grace is ${run.graceMs} ms`];
  });
}

/** How many runs were claimed by another than their own worker or publisher. */
export function countTakeovers({ runs }: ChaosHistory): number {
  return runs.filter((run) => takeover(run) !== null).length;
}

interface Takeover {
  claimant: string;
  claimedAtMs: number;
  lastProgressAtMs: number;
}

function takeover({ context, steps }: RunHistory): Takeover | null {
  const { claim, exit, stage } = context;
  // Approvals have neither exit nor grace: a person decides.
  if (claim === null || exit === null || stage.kind === 'approval') return null;
  const isOwn =
    stage.kind === 'external' ? claim.claimant === 'publisher' : claim.claimant === context.worker;
  if (isOwn) return null;
  const claimedAt = steps.findIndex(({ event }) => event === 'claim');
  // Progress of a worker that wakes up after its grace comes too late to keep anybody out.
  const elapsedAt = steps.findIndex(({ event }) => event === 'grace-elapsed');
  const until = elapsedAt >= 0 ? elapsedAt : claimedAt >= 0 ? claimedAt : steps.length;
  const progress = steps.slice(0, until).filter(({ event }) => PROGRESS.includes(event));
  const known = context.steps.filter(
    ({ atMs }) => elapsedAt < 0 || atMs < (steps[elapsedAt]?.atMs ?? 0),
  );
  const times = [exit.atMs, ...progress.map(({ atMs }) => atMs), ...known.map(({ atMs }) => atMs)];
  const claimedAtMs = Math.min(claim.atMs, steps[claimedAt]?.atMs ?? claim.atMs);
  return { claimant: claim.claimant, claimedAtMs, lastProgressAtMs: Math.max(...times) };
}
