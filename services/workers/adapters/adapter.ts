// The port to a coding agent: how it is started, how its output is read, and what its end means.
// An adapter must never start a process, nor let a prompt become part of a command line.

export interface AgentStartRequest {
  /** The program to start; null for the adapter's own. For `command`: what `sh -c` runs. */
  executable: string | null;
  prompt: string;
  model: string | null;
  /** Round trips to the model at most; an adapter whose agent has no such limit leaves it out. */
  maxTurns: number | null;
  /** Session to go on with; what is no session id begins a new one. */
  resume: string | null;
  /** Options of the stage, behind those of the adapter. */
  args: readonly string[];
}

export interface AgentStart {
  argv: readonly string[];
  /** Standard input: the prompt is never an argument, and never seen by a shell. */
  input: string;
}

export interface Usage {
  /** Round trips to the model, those of sub-agents included, which `maxTurns` leaves out. */
  turns: number;
  /** All input, what was read from a cache included. */
  inputTokens: number;
  /** The part of it that was read from a cache. */
  cachedInputTokens: number;
  outputTokens: number;
  /** What it cost in USD, sub-agents included; null when nobody said and no price is known. */
  usd: number | null;
}

/** USD for a million tokens. */
export interface Prices {
  input: number;
  cachedInput: number;
  output: number;
}

/** `exit-code`: it ended by itself and said so; its exit code and the gates judge the work. */
export type OutcomeCause =
  | 'exit-code'
  | 'refused'
  | 'turn-limit'
  | 'usage-limit'
  | 'provider-outage'
  | 'agent-crashed'
  | 'resume-failed';

export interface AgentOutcome {
  cause: OutcomeCause;
  /** For people: one or two lines with the evidence. */
  summary: string;
  /** When the account may be used again, epoch milliseconds; null where the provider did not say. */
  resetAtMs: number | null;
}

export interface AgentExit {
  code: number | null;
  signal: string | null;
}

export interface AgentProgress {
  /** Null until something was counted, and where what was counted cannot be this run's alone. */
  usage: Usage | null;
  /** Known as soon as the agent has named it. */
  session: string | null;
}

export interface AgentReader {
  /** Takes stdout as it comes, in any chunks; gives back readable text for the log of the run. */
  read(chunk: Uint8Array): string;
  /** Takes stderr, gives it back as text; a bounded tail of it is kept as evidence. */
  readError(chunk: Uint8Array): string;
  /** What of both was still held back, once no more will come. `conclude` does it where it was not done. */
  end(): string;
  progress(): AgentProgress;
  /** What the end means, after the process has ended. `exit-code` with code 0 is a proven success. */
  conclude(exit: AgentExit): AgentOutcome;
}

export interface AgentReaderOptions {
  /** Epoch milliseconds, read when a reset time such as "3am" is to be understood. */
  nowMs: () => number;
  /** Null: tokens are counted, USD only where the agent says it itself. */
  prices: Prices | null;
  /**
   * Set when a session is resumed: what all its earlier runs reported together, null when unknown.
   * Codex counts a session, not a run: the difference is this run's.
   */
  resumed?: { usageBefore: Usage | null } | undefined;
  /** Where a reset time without a zone is meant; the zone of this process by default. */
  timeZone?: string | undefined;
}

export interface AgentAdapter {
  name: 'claude' | 'codex' | 'command';
  start(request: AgentStartRequest): AgentStart;
  reader(options: AgentReaderOptions): AgentReader;
}
