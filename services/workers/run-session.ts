// Speaks to one run for one worker: every event with its epoch, and the revision of the last answer kept.
// It must never make up a revision: a claim rests on the last applied answer alone.
import { createHash } from 'node:crypto';
import { hasCode } from '../../transport/errors.ts';
import type { Clock, Reply } from '../../transport/ports.ts';
import type { WorkerDeps } from './worker-deps.ts';

export interface RunSession {
  /**
   * Sends an event; one at a time, so that the last answer is the newest.
   * With a `key` a repeat is recognised, across process starts too.
   * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN when `timeoutMs` passes without an answer
   */
  send(
    type: string,
    data: Record<string, unknown>,
    options?: { key?: string; timeoutMs?: number },
  ): Promise<Reply>;
  /**
   * Sends what must not be lost: it is repeated, however long nobody answers, until the worker ends.
   * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN once the worker gives up
   */
  insist(type: string, data: Record<string, unknown>, key: string): Promise<Reply>;
  /** Revision of the last applied answer, or the one the session was opened with. */
  revision(): number;
}

const REPORT_TIMEOUT_MS_DEFAULT = 300_000;
/** After so long without an answer it is said that there is none; the repeating goes on. */
const INSIST_ROUND_MS = 30_000;
const INSIST_PAUSE_MS = 1_000;
const MAX_ID_CHARACTERS = 256;

export type SessionDeps = Pick<
  WorkerDeps,
  'asker' | 'clock' | 'reportTimeoutMs' | 'giveUpSignal' | 'onTrouble'
>;

export function openRunSession(
  { address, epoch, ...job }: { address: string; epoch: number; revision: number },
  { asker, clock, reportTimeoutMs, giveUpSignal, onTrouble }: SessionDeps,
): RunSession {
  let revision = job.revision;

  const send: RunSession['send'] = async (type, data, options = {}) => {
    const { key, timeoutMs = reportTimeoutMs ?? REPORT_TIMEOUT_MS_DEFAULT } = options;
    const id = key === undefined ? {} : { id: eventId(`worker:${address}:${epoch}:${key}`) };
    const request = { address, type, data: { ...data, epoch }, ...id };
    const reply = await asker.ask(request, { timeoutMs });
    if (reply.outcome === 'applied') revision = reply.revision;
    return reply;
  };

  const insist: RunSession['insist'] = async (type, data, key) => {
    // No number limits this loop: an outage may last, and nobody else knows what is said here.
    for (;;) {
      try {
        return await send(type, data, { key, timeoutMs: INSIST_ROUND_MS });
      } catch (error) {
        // A login can be mended, too, while the work goes on.
        const isUnsaid = hasCode(
          error,
          'BROKER_UNAVAILABLE',
          'PERMISSION_DENIED',
          'OUTCOME_UNKNOWN',
        );
        if (!isUnsaid || giveUpSignal?.aborted) throw error;
        onTrouble?.(error);
      }
      await pause(clock);
    }
  };

  return { send, insist, revision: () => revision };
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(INSIST_PAUSE_MS, resolve);
  });
}

// Begins unlike the ids of effects and deadlines, `<address>:<revision>:…`, which no door lets in.
function eventId(text: string): string {
  if (text.length <= MAX_ID_CHARACTERS) return text;
  return createHash('sha256').update(text).digest('hex');
}
