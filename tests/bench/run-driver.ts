// Drives items of two external stages as a publisher would, through the ask door.
import type { Reply } from '../../transport/ports.ts';
import type { TestHost } from '../support/test-host.ts';

const VERDICT = { kind: 'pass', cause: 'measured' };
/** Every item of the process has its own name. */
let items = 0;

export interface RunDriver {
  /** One run from opening to the item having moved on: `started`, `exited`, `claim`, and what follows. */
  completeRun(): Promise<void>;
  completedRuns(): number;
  /** From sending a claim to the next run being open, in milliseconds. */
  handOver(): Promise<number>;
}

export function createDriver({ asker }: TestHost): RunDriver {
  let completed = 0;

  const ask = async (address: string, type: string, data: Record<string, unknown>) => {
    mustApply(await asker.ask({ address, type, data }), `${type} for ${address}`);
  };

  const open = async (): Promise<string> => {
    items += 1;
    const name = `bench.i${items}`;
    await ask(`item.${name}`, 'open', { title: 'measured' });
    return `run.${name}`;
  };

  const finish = async (run: string): Promise<number> => {
    await ask(run, 'started', {});
    await ask(run, 'exited', { code: 0 });
    const sentMs = performance.now();
    await ask(run, 'claim', { claimant: 'bench', verdict: VERDICT });
    completed += 1;
    return performance.now() - sentMs;
  };

  return {
    completedRuns: () => completed,
    async completeRun() {
      await finish(`${await open()}.first.1`);
    },
    async handOver() {
      return finish(`${await open()}.first.1`);
    },
  };
}

function mustApply(reply: Reply, what: string): void {
  if (reply.outcome !== 'applied') throw new Error(`${what} was refused: ${reply.reason}`);
}
