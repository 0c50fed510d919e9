// Takes the place of transport/process/leftover.ts: the leftover is an agent of the simulated machine.
import type { TerminationOptions } from '../../../transport/process/group-termination.ts';
import type { Leftover, LeftoverOutcome } from '../../../transport/process/leftover.ts';
import { benchOf, terminate } from '../machine-room.ts';

export async function killLeftover(
  leftover: Leftover,
  { clock }: TerminationOptions,
): Promise<LeftoverOutcome> {
  const bench = benchOf(clock);
  const agent = bench.machine.agents.find(({ pid }) => pid === leftover.pid);
  if (agent === undefined || !agent.isAlive) return 'gone';
  await terminate(bench, agent);
  return 'killed';
}
