// The JSON Schema of onceward.yaml, made from the zod schema, for editors and for messages.
// It must never be edited by hand: docs/onceward.schema.json is what renderJsonSchema() returns.
import { z } from 'zod';
import { describeDeploy } from './deploy-schema-words.ts';
import { EXTRA_MOUNT_DESCRIPTIONS, ISOLATION_DESCRIPTIONS } from './isolation-descriptions.ts';
import {
  CHECKS_DESCRIPTIONS,
  MERGE_DESCRIPTIONS,
  REVIEWS_DESCRIPTIONS,
} from './outside-descriptions.ts';
import {
  AGENT_DESCRIPTIONS,
  BUDGET_DESCRIPTIONS,
  CAPS_DESCRIPTIONS,
  GATE_DESCRIPTIONS,
  PIPELINE_DESCRIPTIONS,
  STAGE_DESCRIPTIONS,
} from './pipeline-descriptions.ts';
import { configurationSchema } from './schema.ts';
import { constantOf, describe } from './schema-words.ts';

/** The parts of JSON Schema (draft 7) that our schemas make use of. */
export interface SchemaNode {
  $schema?: string;
  title?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  required?: string[];
  properties?: Record<string, SchemaNode>;
  propertyNames?: SchemaNode;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
}

/** The schema as data, with a description on every field. Made anew on each call. */
export function configurationJsonSchema(): SchemaNode {
  const root = z.toJSONSchema(configurationSchema, {
    target: 'draft-7',
    io: 'input',
  }) as SchemaNode;
  describePipelines(root);
  return root;
}

/** The text of docs/onceward.schema.json. */
export function renderJsonSchema(): string {
  const { $schema, ...root } = configurationJsonSchema();
  const titled = {
    $schema,
    title: 'onceward.yaml',
    description: 'Configuration of onceward: settings, pools, accounts, projects and pipelines.',
    ...root,
  };
  return `${JSON.stringify(withNumbers(titled), null, 2)}\n`;
}

/** What a map holds under any key: the schema of one pool, project or pipeline. */
export function entrySchema(node: SchemaNode | undefined): SchemaNode {
  const entry = node?.additionalProperties;
  return typeof entry === 'object' ? entry : {};
}

function describePipelines(root: SchemaNode): void {
  const pipeline = entrySchema(root.properties?.['pipelines']);
  const stage = pipeline.properties?.['stages']?.items;
  const project = entrySchema(root.properties?.['projects']);
  describe(pipeline, PIPELINE_DESCRIPTIONS);
  describe(stage, STAGE_DESCRIPTIONS);
  describe(stage?.properties?.['agent'], AGENT_DESCRIPTIONS);
  describe(stage?.properties?.['checks'], CHECKS_DESCRIPTIONS);
  describe(stage?.properties?.['reviews'], REVIEWS_DESCRIPTIONS);
  const merge = stage?.properties?.['merge'];
  describe(merge, MERGE_DESCRIPTIONS);
  describe(merge?.properties?.['checks'], CHECKS_DESCRIPTIONS);
  describe(merge?.properties?.['reviews'], REVIEWS_DESCRIPTIONS);
  describeDeploy(stage?.properties?.['deploy']);
  for (const node of [stage, pipeline]) describe(node?.properties?.['caps'], CAPS_DESCRIPTIONS);
  describe(project.properties?.['dailyCaps'], CAPS_DESCRIPTIONS);
  describe(stage?.properties?.['budgets'], BUDGET_DESCRIPTIONS);
  for (const gate of stage?.properties?.['gates']?.items?.oneOf ?? []) {
    const kind = constantOf(gate, 'kind') as keyof typeof GATE_DESCRIPTIONS;
    describe(gate, GATE_DESCRIPTIONS[kind]);
  }
  for (const option of stage?.properties?.['isolation']?.oneOf ?? []) {
    const kind = constantOf(option, 'kind') as keyof typeof ISOLATION_DESCRIPTIONS;
    describe(option, ISOLATION_DESCRIPTIONS[kind]);
    describe(option.properties?.['extraMounts']?.items, EXTRA_MOUNT_DESCRIPTIONS);
  }
}

// Editors show the description when pointing at a field, but not its bounds.
function withNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null) return value;
  const copied = Object.entries(value).map(([key, part]) => [key, withNumbers(part)]);
  const node = Object.fromEntries(copied) as SchemaNode;
  if (typeof node.description !== 'string') return node;
  return { ...node, description: [node.description, ...numbersOf(node)].join(' ') };
}

function numbersOf(node: SchemaNode): string[] {
  const range = node.maximum === undefined ? [] : [`Range ${node.minimum} to ${node.maximum}.`];
  const isScalar = ['string', 'integer'].includes(node.type ?? '');
  const fallback = isScalar && node.default !== undefined ? [`Defaults to ${node.default}.`] : [];
  return [...range, ...fallback];
}
