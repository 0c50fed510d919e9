// The other end of host-process.ts.
import { startChild } from '../support/child-process.ts';
import type { BenchHostOptions } from './bench-host.ts';

export type HostQuestion =
  | { ask: 'memory' }
  /** Serve what falls to it among these. */
  | { ask: 'join'; members: string[] }
  | { ask: 'stop' };

export interface HostAnswer {
  heapBytes?: number;
  rssBytes?: number;
}

export interface HostChild {
  readonly pid: number;
  join(members: string[]): Promise<void>;
  /** After collecting garbage. */
  memory(): Promise<{ heapBytes: number; rssBytes: number }>;
  stop(): Promise<void>;
}

export async function startHostChild(options: BenchHostOptions): Promise<HostChild> {
  const child = startChild('../bench/host-process.ts', options);
  await child.message();
  const ask = async (question: HostQuestion) => {
    child.send(question);
    return (await child.message()) as HostAnswer;
  };
  return {
    pid: child.pid,
    async join(members) {
      await ask({ ask: 'join', members });
    },
    async memory() {
      const { heapBytes = 0, rssBytes = 0 } = await ask({ ask: 'memory' });
      return { heapBytes, rssBytes };
    },
    async stop() {
      await ask({ ask: 'stop' });
      await child.ended;
    },
  };
}
