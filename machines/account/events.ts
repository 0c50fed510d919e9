// Every event an account accepts, with the shape of its data. Unknown fields are dropped.
import { z } from 'zod';
import type { MachineEvent } from '../event.ts';
import { capsSchema, usageSchema } from '../usage.ts';

const name = z.string().min(1).max(200);
const text = z.string().max(4_000).default('');
const ms = z.number().int().nonnegative();
const by = name.default('operator');
const empty = z.object({});

export const accountEventSchemas = {
  /** Sent by runs only; an account that is open refuses it. */
  open: empty,
  /**
   * What a run has used since it drew last, with the caps of a day as its item was opened with them, and when
   * that was. Sent by runs only.
   */
  draw: z.object({
    usage: usageSchema,
    caps: capsSchema.prefault({}),
    capsSinceMs: ms.default(0),
  }),
  /** Nothing may be begun on this account for now: its provider refuses, or a person says so. */
  suspend: z.object({
    by,
    cause: z.string().min(1).max(64).default('operator'),
    evidence: text,
    /**
     * When it may be used again. Without it the pause doubles each time its provider fails; what a person
     * suspends stays so until it is resumed, for eight days at most.
     */
    resetAtMs: ms.optional(),
    outageBackoffMs: ms.min(1).default(60_000),
    outageBackoffCapMs: ms.min(1).default(3_600_000),
  }),
  /** A person lets it be used again; one at its cap may use as much again that day. */
  resume: z.object({ by }),
  'resume-due': empty,
  'day-over': empty,
} as const;

export type AccountEventType = keyof typeof accountEventSchemas;

export type AccountEvent = {
  [Type in AccountEventType]: MachineEvent<Type, z.infer<(typeof accountEventSchemas)[Type]>>;
}[AccountEventType];

export type AccountEventOf<Type extends AccountEventType> = Extract<AccountEvent, { type: Type }>;
export type AccountInput = AccountEventOf<'open'>;
