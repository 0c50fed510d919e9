// What one gate looks at and what it finds. Types, and the words for what every gate needs.
import type { VerdictKind } from '../../../machines/verdict.ts';
import type { Repository } from '../../../transport/git/repository.ts';
import type { Clock } from '../../../transport/ports.ts';
import type { HostEnvironment } from '../agent-environment.ts';
import type { ExitFacts, JobFacts } from '../job-facts.ts';
import type { RunPaths } from '../run-paths.ts';

/** The result of one gate. The first that does not pass decides. */
export interface Finding {
  kind: VerdictKind;
  cause: string;
  /** For people, and fed back to the next attempt. */
  summary: string;
}

/** Everything a gate may read. Nothing in here may be written to. */
export interface GateSubject {
  job: JobFacts;
  exit: ExitFacts;
  repository: Repository;
  paths: RunPaths;
  host: HostEnvironment;
  stateDir: string;
  clock: Clock;
  /** Head of the item's branch on the remote; null when the branch is not there. */
  headSha: string | null;
  /** Head of the base branch on the remote. */
  baseSha: string;
  /** Work on the pushed branch since the run was opened; what a catch-up has brought in is none. */
  hasNewCommits: boolean;
  /** Who watches commands while they run; nobody by default. */
  watch?: {
    /** Told of every chunk of output. */
    onOutput: (bytes: number) => void;
    /** Ends the command that is running. */
    signal: AbortSignal;
  };
}

export function passed(cause: string, summary = ''): Finding {
  return { kind: 'pass', cause, summary };
}

export function productFail(cause: string, summary: string): Finding {
  return { kind: 'product_fail', cause, summary };
}
