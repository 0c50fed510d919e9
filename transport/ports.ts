// What the services ask of the outside world. Types only; the adapters beside this file implement them,
// and so does the simulated world of the tests.

/** Wall time of the NATS server and local monotonic time, both in milliseconds. */
export interface Clock {
  /** Server time, whole epoch milliseconds. Decides deadlines and stamps events. */
  nowMs(): number;
  /** Local monotonic time. Decides liveness and trust in leases. */
  monotonicMs(): number;
  /** Calls back once after at least `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface Entry {
  key: string;
  /** `null` for a delete marker: the key existed and was removed. */
  value: string | null;
  /** Stream sequence of this entry. Compare for equality only; never compute with it. */
  revision: number;
  /** When the server stored it, epoch milliseconds. */
  storedAtMs: number;
}

/** One compare-and-set. `expectedRevision` 0 means: the key has never existed. */
export interface Write {
  key: string;
  /** `null` removes the key and its history, leaving a marker. */
  value: string | null;
  expectedRevision: number;
}

/**
 * Unknown is not lost: read back from the leader before acting. Lost is certain: nothing of it was or will be
 * written. On a replicated stream the write that won may not be readable yet.
 */
export type WriteOutcome =
  | { outcome: 'won'; revision: number }
  | { outcome: 'lost' }
  | { outcome: 'unknown'; cause: unknown };

/** All written, nothing written because one expectation failed, or unknown. */
export type BatchOutcome =
  | { outcome: 'won'; revisions: number[] }
  | { outcome: 'rejected' }
  | { outcome: 'unknown'; cause: unknown };

/** A key-value bucket whose writes are all compare-and-set. */
export interface Bucket {
  readonly name: string;
  /** Reads the newest entry from the stream leader; null when the key never existed. */
  read(key: string): Promise<Entry | null>;
  write(write: Write): Promise<WriteOutcome>;
  /** 2 to 200 writes of distinct keys, in one atomic batch. */
  writeBatch(writes: readonly Write[]): Promise<BatchOutcome>;
  /** Visits the newest entry of every live key once; linear in the size of the bucket. */
  scan(visit: (entry: Entry) => void, filter?: string): Promise<void>;
  /** Up to 64 newest entries of one key, oldest first. */
  history(key: string): Promise<Entry[]>;
}

/** A message of the mailbox stream, as delivered. */
export interface MailboxMessage {
  /** The transformed subject: `onceward.mailbox.<partition>.<kind>.<…>.<type>`. */
  subject: string;
  body: Uint8Array;
  /** `Nats-Msg-Id`, when the publisher set one. */
  messageId: string | undefined;
  /** The header of that name, as it was sent. */
  traceparent?: string | undefined;
  sequence: number;
  ack(): void;
}

/** The open end of one partition's mailbox: gapless and in order, or it ends. */
export interface MailboxSession {
  /** Sequence of the last message that was waiting when the session was opened; 0 when none was. */
  readonly owedUpTo: number;
  /** Messages in stream order, beginning with every unacknowledged one. Ends on any gap. */
  messages(): AsyncIterable<MailboxMessage>;
  close(): Promise<void>;
}

export interface JobMessage {
  pool: string;
  kind: string;
  project: string;
  body: string;
  /** Deduplicates publications of one effect: `<address>:<revision>:<n>`. */
  id: string;
}

/** The outside as one host sees it. */
export interface HostWorld {
  clock: Clock;
  bucket(name: BucketName): Bucket;
  openMailbox(partition: number): Promise<MailboxSession>;
  /** Serves `onceward.ask.<partition>`; the returned function stops serving. */
  serveAsk(partition: number, answer: (request: AskRequest) => Promise<Reply>): () => Promise<void>;
  /** Stores a job; resolves once JetStream has it. Throws OUTCOME_UNKNOWN, BROKER_UNAVAILABLE. */
  publishJob(job: JobMessage): Promise<void>;
  /** Stores one message of audit entries. Throws OUTCOME_UNKNOWN, BROKER_UNAVAILABLE. */
  publishAudit(partition: number, body: string): Promise<void>;
  /** Called when the connection was lost and is back: everything remembered may be stale. */
  onReconnect(callback: () => void): () => void;
}

export type BucketName =
  | 'onceward-items'
  | 'onceward-accounts'
  | 'onceward-runs'
  | 'onceward-merges'
  | 'onceward-deployments'
  | 'onceward-archive'
  | 'onceward-projects';

export interface AskRequest {
  /** `run.<project>.<item>.<stage>.<attempt>` or `item.<project>.<item>`. */
  address: string;
  type: string;
  /** Repeating a request with the same id is safe: it is applied at most once. */
  id: string;
  data: Record<string, unknown>;
}

/** Why an event changed nothing. */
export type RefusalReason =
  | 'not-json'
  | 'unknown-type'
  | 'unknown-actor'
  | 'schema'
  | 'stale-epoch'
  | 'not-now'
  | 'too-large'
  | 'revision'
  | 'finished'
  | 'newer-version';

export type Reply =
  | { outcome: 'applied'; revision: number; state: string; isRepeat: boolean }
  | { outcome: 'refused'; reason: RefusalReason; message: string; state: string | null };

/** Sends events to actors and waits for the committed answer. */
export interface Asker {
  /**
   * Repeats the request under one id until it is answered or `timeoutMs` has passed.
   * @throws BROKER_UNAVAILABLE (never delivered), OUTCOME_UNKNOWN (delivered, no answer)
   */
  ask(
    request: Omit<AskRequest, 'id'> & { id?: string },
    options?: { timeoutMs?: number },
  ): Promise<Reply>;
}

/** A process of the fleet, as it announced itself. */
export interface Presence {
  /** Unique for each process start: `<role>-<host>-<pid>-<random>`. */
  identity: string;
  role: 'host' | 'worker';
  machine: string;
  pid: number;
  startedAtMs: number;
  /** Of a worker: the labels it has. Older workers do not say. */
  labels?: readonly string[] | undefined;
  /** Of a worker: the pools it serves. Older workers do not say. */
  pools?: readonly string[] | undefined;
  /** Of a host: projects whose tracker or forge it has no credential for. Absent where there are none. */
  leftAlone?: readonly string[] | undefined;
}

export interface SeenPresence {
  presence: Presence;
  /** Changes with every renewal. */
  revision: number;
}

/** Who has announced itself and not expired yet. */
export interface PresenceStore {
  list(): Promise<SeenPresence[]>;
  /** Calls back with `<role>.<identity>` at every change or renewal; may miss some. */
  onHint(callback: (key: string) => void): () => void;
}

/** One delivered job. Acknowledging it proves nothing: only the record says whose the run is. */
export interface Job {
  body: string;
  /** How often this job has been delivered, this time included. */
  deliveries: number;
  /** Says that the work goes on, so that it is not delivered to somebody else. */
  working(): void;
  /** The job is done with, whatever came of it. */
  done(): void;
  /** Deliver it again after a while. Until then it counts as unfinished. */
  retry(delayMs: number): void;
}

/**
 * `work` carries runs out and may take hours. `tend` looks after runs whose worker is gone: it judges
 * them and cleans up, and never waits behind work. `merge` lands, and `deploy` brings what has landed into its
 * environments; neither waits behind the other.
 */
export type JobLane = 'work' | 'tend' | 'merge' | 'deploy';

/** The durable queue of jobs: for each pool and project one line, in four lanes. */
export interface JobSource {
  /**
   * Makes the lanes of a line: over all workers at most `maxConcurrentRuns` unfinished jobs of work,
   * and so many of each other lane as its constants say.
   */
  open(line: { pool: string; project: string; maxConcurrentRuns: number }): Promise<void>;
  /**
   * Up to `max` jobs of a lane that are to be had now; none when there are none. Every one returned is the
   * caller's to end.
   * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  take(line: { pool: string; project: string; lane: JobLane }, max: number): Promise<Job[]>;
  /** Calls back with the project when a job was published for this lane; may miss some. */
  onHint(of: { pool: string; lane: JobLane }, callback: (project: string) => void): () => void;
}
