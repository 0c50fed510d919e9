// Takes the place of transport/process/strays.ts: strays are agents of the simulated machine in one worktree.
import type { StraysOptions } from '../../../transport/process/strays.ts';
import { benchOf, terminate } from '../machine-room.ts';

export async function endStrays({ variable, clock }: StraysOptions): Promise<number> {
  const bench = benchOf(clock);
  const worktree = variable.slice(variable.indexOf('=') + 1);
  const strays = bench.machine.agents.filter(
    (agent) => agent.isAlive && agent.worktree === worktree,
  );
  for (const agent of strays) await terminate(bench, agent);
  return strays.length;
}
