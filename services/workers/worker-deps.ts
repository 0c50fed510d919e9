// What the parts of a worker are given by the composition root. Types only.
import type { Repositories } from '../../transport/git/repository.ts';
import type { Asker, Bucket, Clock } from '../../transport/ports.ts';
import type { Accounts } from '../config/account-settings.ts';

/** Told of each command of a stage that begins, and once it has ended. */
export interface AgentCount {
  started(): void;
  ended(): void;
}

export interface WorkerDeps {
  asker: Asker;
  clock: Clock;
  repositories: Repositories;
  /** Absolute path of the folder for worktrees, logs and run folders. */
  stateDir: string;
  /** Identity of this worker: unique for each process start. */
  worker: string;
  /** Name of this machine, as in the worker's presence. */
  machine: string;
  /** The worker's own environment. Only an allow-list of it ever reaches a command. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Whose credentials and limits agents live by, as configured now. */
  accounts: () => Accounts;
  /** What has been used of accounts, and which are suspended. */
  accountRecords: Pick<Bucket, 'read'>;
  /** How long a command may go on while no sign of life is answered, in milliseconds. */
  workerLeaseMs: number;
  /** Between two signs of life of a command, in milliseconds. */
  progressMs: number;
  /** For push and comment together, in milliseconds. */
  finalizeTimeoutMs: number;
  /**
   * How long an event is repeated until it is answered, in milliseconds. Defaults to 300_000.
   * What only this worker knows, an exit and its claim, is repeated beyond that.
   */
  reportTimeoutMs?: number;
  /** What is kept of a command's output, in bytes. Defaults to 10 MiB. */
  logCapBytes?: number;
  /** Aborted when this run is cancelled: its process group is ended and the run told so. */
  cancelSignal?: AbortSignal;
  /** Aborted when the worker ends without waiting any longer: nothing is repeated from then on. */
  giveUpSignal?: AbortSignal;
  /** Says why no new worktree may be made at a path; null where one may. */
  disk?: { refusal(worktreePath: string): Promise<string | null> } | undefined;
  agents?: AgentCount | undefined;
  /** Told of errors that were survived, such as a sign of life that could not be sent. */
  onTrouble?: (error: unknown) => void;
}
