// How the leftovers of a stage are ended: their waits, and what they are known by.
// It must never name a folder that another item may work in.
import type { Clock } from '../../transport/ports.ts';
import type { TerminationOptions } from '../../transport/process/group-termination.ts';
import type { StrayMarks } from '../../transport/process/stray-search.ts';
import { worktreeMarkOf } from './agent-environment.ts';
import type { JobFacts } from './job-facts.ts';

/** No SIGINT: what outlived its command, or its worker, has no work that anybody would take. */
export function leftoverLimitsOf(
  { stage }: Pick<JobFacts, 'stage'>,
  { clock }: { clock: Clock },
): TerminationOptions & { clock: Clock } {
  return { clock, killGraceMs: stage.killGraceMs };
}

/** What runs in a folder of ours, a worktree or the checkout of a gate, is recognised by either of these. */
export function strayMarksOf(folder: string): Pick<StrayMarks, 'variable' | 'folder'> {
  return { variable: worktreeMarkOf(folder), folder };
}
