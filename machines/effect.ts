// What a transition may ask of the world. Effects are data in the record; the outbox performs them.
import { z } from 'zod';

const told = z.record(z.string(), z.unknown());

export const effectSchema = z.discriminatedUnion('type', [
  /** Sends an event to another actor. */
  z.object({ type: z.literal('tell'), to: z.string(), event: z.string(), data: told }),
  /** Asks a pool of workers for work: at least once, with the idempotency key `<address>:<epoch>:<kind>`. */
  z.object({
    type: z.literal('job'),
    pool: z.string(),
    kind: z.enum(['work', 'evaluate', 'cleanup', 'merge', 'deploy']),
    project: z.string(),
    epoch: z.number().int(),
  }),
  /** Moves finished actors to the archive: copied first, then removed. */
  z.object({ type: z.literal('archive'), addresses: z.array(z.string()) }),
  /** Something a person must know. */
  z.object({ type: z.literal('alarm'), reason: z.string(), message: z.string() }),
]);

export type Effect = z.infer<typeof effectSchema>;

/** An effect in a record's outbox. Its id is `<address>:<revision>:<n>`. */
export const pendingEffectSchema = z.object({
  n: z.number().int().nonnegative(),
  /** Revision that ordered it; null while that is the revision of the record itself. */
  revision: z.number().int().nullable(),
  effect: effectSchema,
});

export type PendingEffect = z.infer<typeof pendingEffectSchema>;

/** The id under which an effect is performed, however often. */
export function effectId(address: string, revision: number, pending: PendingEffect): string {
  return `${address}:${pending.revision ?? revision}:${pending.n}`;
}
