// Takes the place of transport/process/process-group.ts: the command is an agent of the simulated machine.
import { OncewardError } from '../../../transport/errors.ts';
import type {
  ProcessExit,
  ProcessGroup,
  ProcessGroupOptions,
} from '../../../transport/process/process-group.ts';
import { benchOf, startAgent, terminate, useTool } from '../machine-room.ts';

export async function startProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
  const bench = benchOf(options.clock);
  const { life } = bench;
  const command = options.command ?? options.argv.join(' ');
  await useTool(bench, command).catch((cause: unknown) => {
    throw new OncewardError('PROCESS_FAILED', 'the command cannot be started', { cause });
  });
  const { environment, cwd, onOutput } = options;
  const isAgent = options.command === undefined;
  const speak = (said: unknown) =>
    life.notify(() => onOutput?.(Buffer.from(JSON.stringify(said)), 'stdout'));
  const agent = startAgent(bench, {
    ...{ item: environment['ONCEWARD_ITEM'] ?? '', worktree: cwd, command },
    say: isAgent ? speak : undefined,
  });
  const exit = new Promise<ProcessExit>((resolve) => {
    agent.watchers.push((ended) => life.notify(() => resolve(ended)));
  });
  return {
    pid: agent.pid,
    startTicks: agent.startTicks,
    exit,
    terminate: () => terminate(bench, agent),
  };
}
