// docs/cli-output.schema.json: what every command prints as JSON, made from the schemas that the tests hold the
// commands to. It must never be edited by hand.
import { z } from 'zod';
import { DECIDING_DOCUMENTS } from './deciding-documents.ts';
import { DELIVERY_DOCUMENTS } from './delivery-documents.ts';
import { DEPLOYMENT_DOCUMENTS } from './deployment-documents.ts';
import { LIST_DOCUMENTS } from './list-documents.ts';
import { LOOKING_DOCUMENTS } from './looking-documents.ts';
import { PROJECT_DOCUMENTS } from './project-documents.ts';
import { QUEUE_DOCUMENTS } from './queue-documents.ts';
import { RUNNING_DOCUMENTS } from './running-documents.ts';

/** Every document a command prints, by the name under which the schema defines it. */
export const DOCUMENTS = {
  ...LIST_DOCUMENTS,
  ...LOOKING_DOCUMENTS,
  ...DECIDING_DOCUMENTS,
  ...RUNNING_DOCUMENTS,
  ...PROJECT_DOCUMENTS,
  ...DELIVERY_DOCUMENTS,
  ...QUEUE_DOCUMENTS,
  ...DEPLOYMENT_DOCUMENTS,
};

/** The text of docs/cli-output.schema.json. */
export function renderOutputSchema(): string {
  const names = Object.keys(DOCUMENTS);
  // As one schema, so that what documents share is defined once.
  const whole = z.toJSONSchema(z.object(DOCUMENTS), { target: 'draft-7' });
  const shared = whole['definitions'] as Record<string, unknown>;
  const definitions = { ...whole.properties, ...shared };
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'What onceward prints with -o json and -o jsonl',
    description:
      'Version 1. Each document stands under the command that prints it. Fields may be added, and never ' +
      'change their meaning under the same v; no listed field is left out.',
    anyOf: names.map((name) => ({ $ref: `#/definitions/${name}` })),
    definitions: open(definitions),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Fields may be added: a reader must not be told that there are no others. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => key !== 'additionalProperties' || inner !== false,
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, open(inner)]));
}
