// The merge lease as its holder has it: every report carries its token, and progress is told while there is any.
// It must never outlive the first answer that says the lease is another's.
import type { Bucket, Reply } from '../../../transport/ports.ts';
import { faultPoint } from '../../../transport/process/fault-point.ts';
import { type SignOfLifeAnswer, startHeartbeat } from '../heartbeat.ts';
import { openRunSession } from '../run-session.ts';
import type { WorkerDeps } from '../worker-deps.ts';
import { type QueueReading, readQueue } from './queue-reading.ts';

export interface MergingDeps extends WorkerDeps {
  merges: Pick<Bucket, 'read'>;
}

export interface Lease {
  /** Fences everything that is done under it. */
  readonly token: number;
  /** Aborted once the lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  isLost(): boolean;
  /** Something got done: a step, or bytes of output. */
  advance(by: number, doing?: string): void;
  /** Reports, however long nobody answers. False when the queue does not take it: then the lease is lost. */
  report(type: string, data: Record<string, unknown>): Promise<boolean>;
  /** The record as it is now, no older than what was answered; null once the lease is lost. */
  read(): Promise<QueueReading | null>;
  /** Told by the remote, or by whoever noticed. */
  lose(): void;
  /** Resolves once nothing more is told of it. */
  end(): Promise<void>;
}

const READ_AGAIN_MS = 50;
const MAX_READS = 100;

/** Null when the queue gives it to nobody now: another holds it, or there is nothing to be done. */
export async function takeLease(
  address: string,
  key: string,
  deps: MergingDeps,
): Promise<Lease | null> {
  const { asker, worker, machine, merges } = deps;
  faultPoint('merge-job');
  const taken = await asker.ask({ address, type: 'take', data: { worker, machine } });
  if (taken.outcome !== 'applied') return null;
  faultPoint('merge-taken');
  const queue = await readSince(taken.revision, () => readQueue(merges, key), deps);
  const { holder = null, trial = null } = queue?.context ?? {};
  // Given to another since, or to another job of this very process: that one is after the answer.
  const isOurs = holder?.worker === worker && holder.token < taken.revision;
  if (!isOurs || trial === null) return null;
  return openLease({ address, key, token: holder.token, revision: taken.revision }, deps);
}

function openLease({ address, key, token, revision }: Taken, deps: MergingDeps): Lease {
  const { clock, merges, progressMs, onTrouble, cancelSignal } = deps;
  const session = openRunSession({ address, epoch: token, revision }, deps);
  const losing = new AbortController();
  const signal = cancelSignal ? AbortSignal.any([cancelSignal, losing.signal]) : losing.signal;
  let watermark = 0;
  let toldWatermark = 0;
  let doing = '';
  let trial = 0;
  let reports = 0;

  const take = (reply: Reply): boolean => {
    if (reply.outcome === 'refused') losing.abort();
    return reply.outcome === 'applied';
  };

  const read = async (): Promise<QueueReading | null> => {
    const queue = await readSince(session.revision(), () => readQueue(merges, key), deps);
    const isOurs = queue?.context.holder?.token === token;
    if (!isOurs || queue === null) return null;
    trial = queue.context.trial?.number ?? 0;
    return queue;
  };

  const tell = async (): Promise<void> => {
    // A sign of life alone renews nothing; it is only looked whether the lease still stands.
    if (watermark === toldWatermark) {
      if ((await read()) === null) losing.abort();
      return;
    }
    const told = watermark;
    const reply = await session.send('progress', { token, trial, watermark: told, doing });
    if (take(reply)) toldWatermark = told;
  };

  const heartbeat = startHeartbeat({
    clock,
    progressMs,
    say: async (): Promise<SignOfLifeAnswer> => {
      if (trial !== 0) await tell();
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
      const said = { token, trial, ...data };
      return take(await session.insist(type, said, `${trial}:${reports}:${type}`));
    },
    end: () => heartbeat.end(),
  };
}

interface Taken {
  address: string;
  key: string;
  token: number;
  revision: number;
}

/** A replica may be behind the answer that was given. */
async function readSince(
  revision: number,
  read: () => Promise<QueueReading | null>,
  { clock }: Pick<MergingDeps, 'clock'>,
): Promise<QueueReading | null> {
  for (let reads = 1; ; reads += 1) {
    const queue = await read();
    if ((queue?.revision ?? 0) >= revision || reads === MAX_READS) return queue;
    await new Promise<void>((resolve) => void clock.after(READ_AGAIN_MS, resolve));
  }
}
