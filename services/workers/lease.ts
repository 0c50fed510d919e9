// The lease of an actor that many items come to, as its holder has it: every report carries its token, and progress is
// told while there is any. It must never outlive the first answer that says the lease is another's.
import type { Reply } from '../../transport/ports.ts';
import { type SignOfLifeAnswer, startHeartbeat } from './heartbeat.ts';
import { openRunSession } from './run-session.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** What must be known of the record of such an actor. */
export interface LeasedReading {
  revision: number;
  holder: { worker: string; token: number } | null;
  /** What is under way, by its number; null when nothing is. */
  number: number | null;
}

export interface LeaseSubject<Reading extends LeasedReading> {
  address: string;
  /** How reports call the number of what is under way. */
  numberName: 'trial' | 'operation';
  /** Null when there is no such actor, or its record is not of this version. */
  read: () => Promise<Reading | null>;
}

export interface Lease<Reading extends LeasedReading> {
  /** Fences everything that is done under it. */
  readonly token: number;
  /** Aborted once the lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  isLost(): boolean;
  /** Something got done: a step, or bytes of output. */
  advance(by: number, doing?: string): void;
  /** Reports, however long nobody answers. False when it is not taken: then the lease is lost. */
  report(type: string, data: Record<string, unknown>): Promise<boolean>;
  /** The record as it is now, no older than what was answered; null once the lease is lost. */
  read(): Promise<Reading | null>;
  /** Told by whatever fences, or by whoever noticed. */
  lose(): void;
  /** Resolves once nothing more is told of it. */
  end(): Promise<void>;
}

const READ_AGAIN_MS = 50;
const MAX_READS = 100;

/** Null when it is given to nobody now: another holds it, or there is nothing to be done. */
export async function takeLease<Reading extends LeasedReading>(
  subject: LeaseSubject<Reading>,
  deps: WorkerDeps,
): Promise<Lease<Reading> | null> {
  const { asker, worker, machine } = deps;
  const { address } = subject;
  const taken = await asker.ask({ address, type: 'take', data: { worker, machine } });
  if (taken.outcome !== 'applied') return null;
  const { revision } = taken;
  const reading = await readSince(revision, subject.read, deps);
  const { holder = null, number = null } = reading ?? {};
  // Given to another since, or to another job of this very process: that one is after the answer.
  const isOurs = holder?.worker === worker && holder.token < revision;
  if (!isOurs || number === null) return null;
  return openLease(subject, { token: holder.token, revision }, deps);
}

/** The worker stops in order: the next one need not wait until this one is missed. */
export async function leaveLease(
  { address, token }: { address: string; token: number },
  { asker, worker }: WorkerDeps,
): Promise<void> {
  const data = { token, worker, evidence: 'the worker stopped in order' };
  await asker.ask({ address, type: 'holder-lost', data });
}

function openLease<Reading extends LeasedReading>(
  subject: LeaseSubject<Reading>,
  { token, revision }: { token: number; revision: number },
  deps: WorkerDeps,
): Lease<Reading> {
  const { clock, progressMs, onTrouble, cancelSignal } = deps;
  const { address, numberName } = subject;
  const session = openRunSession({ address, epoch: token, revision }, deps);
  const losing = new AbortController();
  const signal = cancelSignal ? AbortSignal.any([cancelSignal, losing.signal]) : losing.signal;
  let watermark = 0;
  let toldWatermark = 0;
  let doing = '';
  let number = 0;
  let reports = 0;

  const take = (reply: Reply): boolean => {
    if (reply.outcome === 'refused') losing.abort();
    return reply.outcome === 'applied';
  };

  const read = async (): Promise<Reading | null> => {
    const reading = await readSince(session.revision(), subject.read, deps);
    const isOurs = reading?.holder?.token === token;
    if (!isOurs || reading === null) return null;
    number = reading.number ?? 0;
    return reading;
  };

  const tell = async (): Promise<void> => {
    // A sign of life alone renews nothing; it is only looked whether the lease still stands.
    if (watermark === toldWatermark) {
      if ((await read()) === null) losing.abort();
      return;
    }
    const told = watermark;
    const data = { token, [numberName]: number, watermark: told, doing };
    const reply = await session.send('progress', data);
    if (take(reply)) toldWatermark = told;
  };

  const heartbeat = startHeartbeat({
    clock,
    progressMs,
    say: async (): Promise<SignOfLifeAnswer> => {
      if (number !== 0) await tell();
      return losing.signal.aborted ? 'lost' : 'ours';
    },
    onAnswer: () => {},
    onTrouble,
  });

  return {
    token,
    signal,
    read,
    isLost: () => losing.signal.aborted,
    lose: () => losing.abort(),
    advance(by, now) {
      watermark += by;
      if (now !== undefined) doing = now.slice(0, 200);
    },
    async report(type, data) {
      if (losing.signal.aborted) return false;
      reports += 1;
      const said = { token, [numberName]: number, ...data };
      return take(await session.insist(type, said, `${number}:${reports}:${type}`));
    },
    end: () => heartbeat.end(),
  };
}

/** A replica may be behind the answer that was given. */
async function readSince<Reading extends LeasedReading>(
  revision: number,
  read: () => Promise<Reading | null>,
  { clock }: Pick<WorkerDeps, 'clock'>,
): Promise<Reading | null> {
  for (let reads = 1; ; reads += 1) {
    const reading = await read();
    if ((reading?.revision ?? 0) >= revision || reads === MAX_READS) return reading;
    await new Promise<void>((resolve) => void clock.after(READ_AGAIN_MS, resolve));
  }
}
