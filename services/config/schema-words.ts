// Puts words into a JSON Schema, and reads which of several shapes a node is.
// It must never change what the schema accepts.
import type { SchemaNode } from './json-schema.ts';

/** Of each field that the node has; the others are passed over. */
export function describe(
  node: SchemaNode | undefined,
  descriptions: Readonly<Record<string, string>>,
): void {
  for (const [field, description] of Object.entries(descriptions)) {
    const property = node?.properties?.[field];
    if (property !== undefined) property.description = description;
  }
}

/** The values a gate's `kind` may have, or any field's constant. */
export function constantOf(node: SchemaNode, field: string): string | undefined {
  const value = node.properties?.[field]?.const;
  return value === undefined ? undefined : String(value);
}
