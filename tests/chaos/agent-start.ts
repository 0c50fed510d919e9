// Waits for the very moment in which an agent of one worker begins, by the line it leaves in the ledger.
// It only reads.
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 2;
/** A worker may have nothing to do. */
const LIMIT_MS = 5_000;

/** Resolves when an agent has begun below this state directory, at the latest after 5 s. */
export async function agentStart(
  ledger: string,
  { stateDirectory, signal }: { stateDirectory: string; signal: AbortSignal },
): Promise<void> {
  const before = statSync(ledger).size;
  const endsAtMs = performance.now() + LIMIT_MS;
  while (!signal.aborted && performance.now() < endsAtMs) {
    const hasGrown = statSync(ledger).size > before;
    const added = hasGrown ? readFileSync(ledger).subarray(before).toString() : '';
    if (added.includes(`${stateDirectory}/`)) return;
    await delay(LOOK_MS);
  }
}
