// The machines there are: their versions, events, fences and effects. `decide` looks everything up here.
import type { AnyStateMachine } from 'xstate';
import type { z } from 'zod';
import type { AccountContext } from './account/context.ts';
import * as accountEffects from './account/effects.ts';
import { accountEventSchemas } from './account/events.ts';
import { accountGuardMeanings } from './account/guard-meanings.ts';
import { accountMachine } from './account/machine.ts';
import { accountTemplates } from './account/templates.ts';
import { type ActorKind, type Address, itemAddress, runAddress } from './address.ts';
import type { DeploymentContext } from './deployment/context.ts';
import * as deploymentEffects from './deployment/effects.ts';
import { deploymentEventSchemas } from './deployment/events.ts';
import { explainDeployment, fenceDeployment } from './deployment/fences.ts';
import { deploymentGuardMeanings } from './deployment/guard-meanings.ts';
import { deploymentMachine } from './deployment/machine.ts';
import { deploymentTemplates } from './deployment/templates.ts';
import type { Effect } from './effect.ts';
import type { ActorEvent, RefusalReason } from './event.ts';
import type { ItemContext } from './item/context.ts';
import * as itemEffects from './item/effects.ts';
import { itemEventSchemas } from './item/events.ts';
import { itemGuardMeanings } from './item/guard-meanings.ts';
import { itemMachine } from './item/machine.ts';
import { itemMigrations } from './item/migrations.ts';
import { itemTemplates } from './item/templates.ts';
import type { MergeContext } from './merge/context.ts';
import * as mergeEffects from './merge/effects.ts';
import { mergeEventSchemas } from './merge/events.ts';
import { explainMerge, fenceMerge } from './merge/fences.ts';
import { mergeGuardMeanings } from './merge/guard-meanings.ts';
import { mergeMachine } from './merge/machine.ts';
import { mergeTemplates } from './merge/templates.ts';
import type { Migrations } from './record.ts';
import type { RunContext } from './run/context.ts';
import * as runEffects from './run/effects.ts';
import { runEventSchemas } from './run/events.ts';
import { explainRun, fenceRun } from './run/fences.ts';
import { runGuardMeanings } from './run/guard-meanings.ts';
import { runMachine } from './run/machine.ts';
import { runMigrations } from './run/migrations.ts';
import { runTemplates } from './run/templates.ts';

export interface Refusal {
  reason: RefusalReason;
  message: string;
}

type Data = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: each effect narrows to its own machine's context and event
type EffectTable = Readonly<Record<string, (args: any) => Effect[]>>;
// biome-ignore lint/suspicious/noExplicitAny: each template reads its own machine's context
type TemplateTable = Readonly<Record<string, (context: any, revision: number) => Data>>;

export interface ActorDefinition {
  machine: AnyStateMachine;
  version: number;
  migrations: Migrations;
  schemas: Readonly<Record<string, z.ZodType<object>>>;
  effects: EffectTable;
  /** Events that only actors of ours may send. */
  internalEvents: readonly string[];
  /** Events that only hosts send, of what they have seen outside: nothing that a publisher may claim. */
  seenByHosts: readonly string[];
  /** What each guard asks, for an operator. */
  guardMeanings: Readonly<Record<string, string>>;
  /** Data to begin with, for each event that people and publishers may send. */
  templates: TemplateTable;
  /** Refuses before the machine is asked. */
  fence(context: unknown, event: Pick<ActorEvent, 'type' | 'door'>, data: Data): Refusal | null;
  /** Names the reason after the machine has refused. */
  explain(context: unknown, event: { type: string; revision: number }, data: Data): Refusal | null;
  /** What the machine is given besides the opening event. */
  inputOf(address: Address): Data;
  /** The address of the actor that has this context. */
  addressOf(context: unknown): string;
}

const run: ActorDefinition = {
  machine: runMachine,
  version: 3,
  migrations: runMigrations,
  schemas: runEventSchemas,
  effects: runEffects,
  internalEvents: ['open', 'advance-confirmed', 'cancel'],
  seenByHosts: ['checks-seen'],
  guardMeanings: runGuardMeanings,
  templates: runTemplates,
  fence: (context, event, data) =>
    fenceSeen(run, event) ?? fenceRun(context as RunContext, event, data),
  explain: (context, event, data) => explainRun(context as RunContext, event, data),
  inputOf: () => ({}),
  addressOf(context) {
    const { project, item: subject, stage, attempt } = context as RunContext;
    return runAddress(project, subject, stage.name, attempt);
  },
};

const item: ActorDefinition = {
  machine: itemMachine,
  version: 3,
  migrations: itemMigrations,
  schemas: itemEventSchemas,
  effects: itemEffects,
  internalEvents: ['advance', 'run-cancelled'],
  seenByHosts: ['heard', 'pull-request'],
  guardMeanings: itemGuardMeanings,
  templates: itemTemplates,
  fence: (_, event) => fenceSeen(item, event),
  explain: (context, event) => explainItem(context as ItemContext, event),
  inputOf: ({ project, subject }) => ({ project, item: subject }),
  addressOf(context) {
    const { project, item: subject } = context as ItemContext;
    return itemAddress(project, subject);
  },
};

const account: ActorDefinition = {
  machine: accountMachine,
  version: 1,
  migrations: {},
  schemas: accountEventSchemas,
  effects: accountEffects,
  internalEvents: ['open', 'draw'],
  seenByHosts: [],
  guardMeanings: accountGuardMeanings,
  templates: accountTemplates,
  fence: () => null,
  explain: () => null,
  inputOf: ({ project: owner, subject: name }) => ({ owner, name }),
  addressOf(context) {
    const { owner, name } = context as AccountContext;
    return `account.${owner}.${name}`;
  },
};

const merge: ActorDefinition = {
  machine: mergeMachine,
  version: 1,
  migrations: {},
  schemas: mergeEventSchemas,
  effects: mergeEffects,
  internalEvents: ['open', 'enqueue', 'withdraw'],
  seenByHosts: ['admission', 'checks-seen', 'checks-judged', 'base-seen'],
  guardMeanings: mergeGuardMeanings,
  templates: mergeTemplates,
  fence: (context, event, data) =>
    fenceSeen(merge, event) ?? fenceMerge(context as MergeContext, event, data),
  explain: (context, event, data) => explainMerge(context as MergeContext, event, data),
  inputOf: ({ project, subject: branch }) => ({ project, branch }),
  addressOf(context) {
    const { project, branch } = context as MergeContext;
    return `merge.${project}.${branch}`;
  },
};

const deployment: ActorDefinition = {
  machine: deploymentMachine,
  version: 1,
  migrations: {},
  schemas: deploymentEventSchemas,
  effects: deploymentEffects,
  internalEvents: ['open', 'request', 'withdraw'],
  seenByHosts: ['item-opened'],
  guardMeanings: deploymentGuardMeanings,
  templates: deploymentTemplates,
  fence: (context, event, data) =>
    fenceSeen(deployment, event) ?? fenceDeployment(context as DeploymentContext, event, data),
  explain: (context, event) => explainDeployment(context as DeploymentContext, event),
  inputOf: ({ project, subject: environment }) => ({ project, environment }),
  addressOf(context) {
    const { project, environment } = context as DeploymentContext;
    return `deployment.${project}.${environment}`;
  },
};

/** The actors this version knows. */
const DEFINITIONS: Record<ActorKind, ActorDefinition> = { run, item, account, merge, deployment };

export const ACTOR_KINDS = ['run', 'item', 'account', 'merge', 'deployment'] as const;

export function definitionOf(kind: ActorKind): ActorDefinition {
  return DEFINITIONS[kind];
}

function fenceSeen(
  { seenByHosts }: ActorDefinition,
  { type, door }: Pick<ActorEvent, 'type' | 'door'>,
): Refusal | null {
  if (door !== 'mailbox' || !seenByHosts.includes(type)) return null;
  return {
    reason: 'not-now',
    message: `only hosts report ${type}, which they have seen themselves`,
  };
}

function explainItem(context: ItemContext, event: { type: string }): Refusal | null {
  if (event.type !== 'advance') return null;
  const { current } = context;
  const found = current === null ? 'none' : `${current.stage}/${current.attempt}`;
  return { reason: 'not-now', message: `the current run is ${found}` };
}
