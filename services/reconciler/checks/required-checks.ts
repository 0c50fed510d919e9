// What branch protection requires, asked for at most once in five minutes for each branch.
// It must never remember a question that failed.
import type { Forge } from '../../../transport/forge/forge.ts';
import type { Clock } from '../../../transport/ports.ts';

const REMEMBERED_MS = 300_000;
const MAX_BRANCHES = 100;

export function createRequiredChecks(
  forge: Pick<Forge, 'requiredChecks'>,
  clock: Pick<Clock, 'nowMs'>,
): (branch: string) => Promise<readonly string[] | null> {
  const known = new Map<string, { names: readonly string[] | null; untilMs: number }>();
  return async (branch) => {
    const entry = known.get(branch);
    if (entry !== undefined && clock.nowMs() < entry.untilMs) return entry.names;
    const names = await forge.requiredChecks(branch);
    // Every name of a branch is one of somebody's configuration: there are few, unless something is wrong.
    if (known.size >= MAX_BRANCHES) known.clear();
    known.set(branch, { names, untilMs: clock.nowMs() + REMEMBERED_MS });
    return names;
  };
}
