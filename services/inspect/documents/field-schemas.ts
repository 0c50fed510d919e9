// Fields that many documents share. What a field means is said here once.
import { z } from 'zod';

export const moment = z
  .number()
  .meta({ id: 'moment', description: "Epoch milliseconds of the NATS server's clock." });
export const address = z.string().meta({
  id: 'address',
  description: 'As people type it: project/item, or project/item/stage/attempt.',
});
export const state = z
  .string()
  .meta({ id: 'state', description: 'State of the machine, a nested one as running.working.' });
export const revision = z.number().meta({
  id: 'revision',
  description: 'Revision of a record: what --if-revision takes. Compare for equality only.',
});
/** Data whose form is that of an event or a record, and no part of this schema. */
export const data = z.record(z.string(), z.unknown());

/** Every document says which version of this schema it follows. */
export function documentOf<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  return z.object({ v: z.literal(1), ...shape }).describe(description);
}

/** `-o json` of a list: one document that holds all of them. */
export function listOf<Row extends z.ZodObject>(description: string, name: string, row: Row) {
  return documentOf(description, { [name]: z.array(row) });
}

/** `-o jsonl` of a list: a document for each. */
export function lineOf<Row extends z.ZodObject>(description: string, row: Row) {
  return documentOf(description, row.shape);
}
