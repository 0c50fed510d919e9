// Reads as much of a broken map as can be read, so that its sound parts can still be cross-checked.
// It must never be used for anything but finding more problems: its values are partly made up.
import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import { entriesOf } from './plain-data.ts';

export interface Salvaged<Value> {
  value: Value;
  /** Fields whose value is made up; nothing may be concluded from them. */
  suspects: ReadonlySet<string>;
}

/**
 * Parses `raw`, letting every broken field fall to its default or its placeholder.
 * `placeholders` holds a valid value for every required field of the schema.
 */
export function salvage<Schema extends z.ZodObject>(
  schema: Schema,
  raw: unknown,
  placeholders: Readonly<Record<string, unknown>>,
): Salvaged<z.output<Schema>> {
  const result = schema.safeParse(raw);
  if (result.success) return { value: result.data, suspects: new Set() };
  const fields = Object.keys(schema.shape);
  const suspects = new Set(result.error.issues.flatMap((issue) => suspectFields(issue, fields)));
  const sound = entriesOf(raw).filter(([field]) => fields.includes(field) && !suspects.has(field));
  return { value: schema.parse({ ...placeholders, ...Object.fromEntries(sound) }), suspects };
}

function suspectFields(issue: z.core.$ZodIssue, fields: readonly string[]): string[] {
  const [field] = issue.path;
  if (field !== undefined) return [String(field)];
  // A misspelt key means that the field it stands for was not left out on purpose.
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.flatMap((key) => nearestName(key, fields) ?? []);
  }
  return [...fields];
}
