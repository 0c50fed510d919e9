// What becomes of a command's output: it is kept in the log of the run, and an agent's is read on the way.
// It must never hold a command up, nor let a secret into a log.
import type { OutputStream, ProcessExit } from '../../transport/process/process-group.ts';
import type { AgentReport } from './job-facts.ts';

export interface OwnEnd {
  cause: string;
  evidence?: string;
  resetAtMs?: number;
}

export interface AgentOutput {
  take(chunk: Uint8Array, stream: OutputStream): void;
  /** All tokens so far; 0 for a command that uses none. */
  tokens(): number;
  /** What the agent says of itself so far. */
  report(): AgentReport;
  /** What the end means by itself, once no more output comes. */
  conclude(exit: ProcessExit): OwnEnd;
}

/** A plain command: its exit code is all that it says. */
export function plainOutput(log: {
  append(chunk: Uint8Array, stream: OutputStream): void;
}): AgentOutput {
  return {
    take: (chunk, stream) => log.append(chunk, stream),
    tokens: () => 0,
    report: () => ({}),
    conclude: () => ({ cause: 'exit-code' }),
  };
}
