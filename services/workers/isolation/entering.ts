// What an isolation is given and what it makes of a command; each kind of isolation implements it.
// It must never be entered without a place: what is not named there cannot be touched.
import type { Invocation } from '../../../transport/process/process-group.ts';
import type { WorkerDeps } from '../worker-deps.ts';

/** Where a command runs, and what it may touch; absolute paths that exist. */
export interface Place {
  /** The working folder: a worktree, or the checkout of a gate. */
  folder: string;
  writable: readonly string[];
  /** Below the writable ones, or beside them. */
  readOnly: readonly string[];
  /** The whole environment of the command. */
  environment: Readonly<Record<string, string>>;
}

/** What is to be started in place of a command. */
export interface Entered {
  invocation: Invocation;
  environment: Readonly<Record<string, string>>;
  umask?: number | undefined;
  /**
   * Ends what is left beyond processes, and proves it gone; to be called once the group is gone.
   * @throws CONTAINER_FAILED
   */
  endRest: () => Promise<void>;
}

export type Enter = (invocation: Invocation, place: Place) => Entered;

/** A way in, or in one sentence why there is none on this machine. */
export type PreparedIsolation = { enter: Enter; reason: null } | { enter: null; reason: string };

export type IsolationDeps = Pick<WorkerDeps, 'clock' | 'stateDir' | 'environment'>;

/** A command as the arguments that run it. */
export function argvOf({ command, argv }: Invocation): readonly string[] {
  return command === undefined ? argv : ['sh', '-c', command];
}
