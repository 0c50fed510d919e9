// Speaks to one run for one worker: every event with its epoch, and the revision of the last answer kept.
// It must never make up a revision: a claim rests on the last applied answer alone.
import { createHash } from 'node:crypto';
import type { Asker, Reply } from '../../transport/ports.ts';

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
  /** Revision of the last applied answer, or the one the session was opened with. */
  revision(): number;
}

const REPORT_TIMEOUT_MS_DEFAULT = 300_000;
const MAX_ID_CHARACTERS = 256;

export function openRunSession({
  asker,
  job,
  reportTimeoutMs = REPORT_TIMEOUT_MS_DEFAULT,
}: {
  asker: Asker;
  job: { address: string; epoch: number; revision: number };
  reportTimeoutMs?: number | undefined;
}): RunSession {
  const { address, epoch } = job;
  let revision = job.revision;
  return {
    async send(type, data, { key, timeoutMs = reportTimeoutMs } = {}) {
      const id = key === undefined ? {} : { id: eventId(`worker:${address}:${epoch}:${key}`) };
      const request = { address, type, data: { ...data, epoch }, ...id };
      const reply = await asker.ask(request, { timeoutMs });
      if (reply.outcome === 'applied') revision = reply.revision;
      return reply;
    },
    revision: () => revision,
  };
}

// Begins unlike the ids of effects and deadlines, `<address>:<revision>:…`, which no door lets in.
function eventId(text: string): string {
  if (text.length <= MAX_ID_CHARACTERS) return text;
  return createHash('sha256').update(text).digest('hex');
}
