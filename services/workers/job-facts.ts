// What a worker knows of the run it carries out or evaluates: a copy of the record, taken once.
// It must never be used to decide whether the run is still ours: only the record's answer says so.
import type { Stage } from '../../machines/pipeline.ts';
import type { Session } from '../../machines/run/events.ts';
import type { Caps, Usage } from '../../machines/usage.ts';

/** As much as the record of a run takes. */
export const MAX_EVIDENCE_CHARACTERS = 4_000;

export interface ExitFacts {
  code: number | null;
  signal: string | null;
  /** `exit-code` when the command ended by itself; otherwise why it was ended or never began. */
  cause: string;
  /** What was seen, for people. */
  evidence?: string | undefined;
}

/** What an agent says of itself; a plain command says nothing. */
export interface AgentReport {
  /** Of this process so far. */
  usage?: Usage;
  session?: Session;
}

export interface EndedFacts extends ExitFacts, AgentReport {
  /** All output, kept or not. */
  outputBytes: number;
  /** When the provider serves again, epoch milliseconds. */
  resetAtMs?: number;
}

export interface JobFacts {
  /** `run.<project>.<item>.<stage>.<attempt>`. */
  address: string;
  project: string;
  item: string;
  stage: Stage;
  attempt: number;
  /** Generation of the run; every event carries it. */
  epoch: number;
  title: string;
  body: string;
  /** URL or absolute path of the project's repository. */
  repository: string;
  baseBranch: string;
  /** What earlier attempts were told, for this one to do better. */
  feedback: string;
  /** The agent's session to go on with; null where a new one is to be begun. */
  session: Session | null;
  /** The most its project may use in one day. */
  dailyCaps: Caps;
  /** Head of the item's branch when the run was opened. */
  headSha: string | null;
  /** Null until an exit is recorded. */
  exit: ExitFacts | null;
  /** Revision of the record these facts were read from. */
  revision: number;
  /** State of the run in that record: `running.queued`. */
  state: string;
  /** The process group of a lost worker, to be ended by the next one on the same machine. */
  leftover: { machine: string; pid: number; startTicks: number | null } | null;
  /** Where the run's last worker was; null before the first. */
  machine: string | null;
  /** The trace context of the item; null where there is none. */
  traceparent: string | null;
}

/** What went wrong around the command: it decides before any gate. */
export interface Trouble {
  cause: string;
  summary: string;
}

const DECIDED_STATES = ['claimed', 'advanced', 'cancelled'];

/** True when the outcome stands: there is nothing to be judged, and another run may be under way. */
export function isDecided({ state }: Pick<JobFacts, 'state'>): boolean {
  return DECIDED_STATES.includes(state);
}
