// What `deliveries` prints.
import { z } from 'zod';
import { hintSchema } from '../../intake/delivery-hint.ts';
import type { DeliveryRow, ReplayedDelivery } from '../../queries/delivery-rows.ts';
import { documentOf, lineOf, listOf, moment } from './field-schemas.ts';

const rowSchema = z.object({
  id: z.string().describe('As the sender calls it: what --replay takes.'),
  source: z.string().describe('github or plane.'),
  event: z.string(),
  connection: z.string().describe('Whose secret it was signed with.'),
  repository: z.string().nullable().describe('Null where the hint is one of a newer version.'),
  subject: hintSchema.shape.subject.nullable().describe('What hosts were made to look at.'),
  receivedAtMs: moment,
  payloadBytes: z.number(),
  isPayloadKept: z.boolean().describe('False when it was too large for a message of NATS.'),
  replay: z.number().describe('0 for what came in, 1 for its first replay.'),
  by: z.string().nullable().describe('Who replayed it.'),
  sequence: z.number().describe('Of the stream ONCEWARD_DELIVERIES.'),
}) satisfies z.ZodType<DeliveryRow>;

const replayedSchema = z.object({
  id: z.string(),
  source: z.string(),
  event: z.string(),
  replay: z.number(),
  by: z.string(),
  messageId: z.string().describe('Under which it was stored.'),
}) satisfies z.ZodType<ReplayedDelivery>;

export const DELIVERY_DOCUMENTS = {
  deliveries: listOf('onceward deliveries -o json', 'deliveries', rowSchema),
  delivery: lineOf('onceward deliveries -o jsonl: a webhook', rowSchema),
  replayedDelivery: documentOf('onceward deliveries --replay', {
    address: z.string().describe('The same as messageId.'),
    ...replayedSchema.shape,
  }),
};
