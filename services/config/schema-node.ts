// Finds the part of the schema that governs a path, and says in words what it expects.
// It must never decide whether a value is valid; zod alone does.
import { z } from 'zod';
import { deployRulesSchema } from '../../machines/deployment/rules.ts';
import { identifierSchema } from '../../machines/identifier.ts';
import { VARIABLE_NAME, WEBHOOK } from './alarm-settings.ts';
import type { SchemaNode } from './json-schema.ts';
import { valueAt } from './plain-data.ts';
import { listed, type Path } from './problems.ts';
import { BRANCH } from './project-settings.ts';
import { constantOf } from './schema-words.ts';

const IMAGE = deployRulesSchema.shape.image.shape;

/** The patterns of the schema in words; a regular expression helps few people. */
const PATTERNS = new Map([
  [z.toJSONSchema(identifierSchema).pattern, 'a name'],
  [patternOf(IMAGE.name), 'a registry and a repository, such as registry.example.com/acme/shop'],
  [patternOf(IMAGE.tag.unwrap()), 'the name of a tag'],
  [BRANCH.source, 'the name of a git branch'],
  [WEBHOOK.source, 'an http or https address without credentials'],
  [VARIABLE_NAME.source, 'the name of an environment variable'],
]);

/** The schema at a path of the document, or undefined when nothing may stand there. */
export function schemaNodeAt(root: SchemaNode, document: unknown, path: Path) {
  let node: SchemaNode | undefined = root;
  let value = document;
  for (const step of path) {
    node = child(chosen(node, value), step);
    value = valueAt(value, [step]);
  }
  return chosen(node, value);
}

/** The keys that may stand in the map at a path; empty for a map with free keys. */
export function knownKeys(node: SchemaNode | undefined): string[] {
  return Object.keys(node?.properties ?? {});
}

/** What may stand there: `a whole number from 1 to 64`, `one of auto, batch, single`. */
export function expectation(node: SchemaNode | undefined): string {
  if (node === undefined) return 'nothing';
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${listed(node.enum.map(String))}`;
  if (node.oneOf !== undefined) return `a mapping with kind: one of ${listed(kindsOf(node))}`;
  if (node.type === 'integer') return `a whole number from ${node.minimum} to ${node.maximum}`;
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'number') return numbers(node);
  if (node.type === 'array') return `a list${sizes(node.minItems, node.maxItems, 'entries')}`;
  if (node.type === 'object') return 'a mapping';
  if (node.pattern !== undefined) return PATTERNS.get(node.pattern) ?? `text like ${node.pattern}`;
  return `text${sizes(node.minLength, node.maxLength, 'characters')}`;
}

/** The `kind`s of a node that is one of several shapes. */
export function kindsOf(node: SchemaNode | undefined): string[] {
  return (node?.oneOf ?? []).flatMap((option) => constantOf(option, 'kind') ?? []);
}

function child(node: SchemaNode | undefined, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return node?.items;
  if (node?.properties !== undefined && Object.hasOwn(node.properties, step)) {
    return node.properties[step];
  }
  const rest = node?.additionalProperties;
  return typeof rest === 'object' ? rest : undefined;
}

// Of several shapes, the one whose kind the value names; otherwise all of them.
function chosen(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  const kind = valueAt(value, ['kind']);
  return node?.oneOf?.find((option) => constantOf(option, 'kind') === kind) ?? node;
}

function numbers({ minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  if (exclusiveMinimum !== undefined)
    return `a number above ${exclusiveMinimum}, at most ${maximum}`;
  return minimum === undefined ? 'a number' : `a number from ${minimum} to ${maximum}`;
}

function patternOf(schema: z.ZodString): string | undefined {
  return z.toJSONSchema(schema).pattern;
}

function sizes(min: number | undefined, max: number | undefined, unit: string): string {
  return max === undefined ? '' : ` of ${min ?? 0} to ${max} ${unit}`;
}
