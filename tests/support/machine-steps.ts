// One actor in the hands of a test: events go through decide, and every record through its stored form.
// It must never touch a clock: time stands still until a step names another.

import type { z } from 'zod';
import type { AccountContext } from '../../machines/account/context.ts';
import { type Decision, decide } from '../../machines/decide.ts';
import type { Effect } from '../../machines/effect.ts';
import type { Door } from '../../machines/event.ts';
import type { ItemContext } from '../../machines/item/context.ts';
import { frozenPipelineSchema } from '../../machines/item/events.ts';
import { type Limits, limitsSchema } from '../../machines/limits.ts';
import { type Stage, stageSchema } from '../../machines/pipeline.ts';
import {
  decodeRecord,
  encodeRecord,
  type Stored,
  settle,
  stateName,
} from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { Session } from '../../machines/run/events.ts';
import { type Caps, type Usage, usageSchema } from '../../machines/usage.ts';
import { type Verdict, verdictSchema } from '../../machines/verdict.ts';

export const OPENED_AT_MS = 1_000_000;
export const RUN = 'run.shop.7.build.1';
export const ITEM = 'item.shop.7';
export const ACCOUNT = 'account.project.shop';

export interface Step {
  type: string;
  data: Record<string, unknown>;
  door: Door;
  /** Defaults to the time of the step before. */
  atMs?: number;
  id?: string;
  sequence?: number;
}

/** Some steps depend on where the record stands, such as a claim on the present revision. */
export type StepMaker = (stored: Stored) => Step;

export interface TestActor {
  send(step: Step | StepMaker): Decision;
  stored(): Stored;
  state(): string;
  run(): RunContext;
  item(): ItemContext;
  account(): AccountContext;
  /** Effects of the last applied event. */
  effects(): Effect[];
}

/** Revisions leave gaps, as those of a stream shared by many keys do. */
const REVISION_STEP = 3;

export function openActor(address: string, opening: Step): TestActor {
  let stored: Stored | null = null;
  let atMs = OPENED_AT_MS;
  let count = 0;
  let effects: Effect[] = [];
  const present = (): Stored => {
    if (stored === null) throw new Error(`${address} was not opened`);
    return stored;
  };
  const send = (given: Step | StepMaker): Decision => {
    const step = typeof given === 'function' ? given(present()) : given;
    atMs = step.atMs ?? atMs;
    count += 1;
    const decision = decide(stored, { address, id: `event-${count}`, ...step, atMs });
    if (decision.outcome !== 'applied') return decision;
    const revision = (stored?.revision ?? 0) + REVISION_STEP;
    const decoded = decodeRecord(encodeRecord(decision.record), definitionOf);
    if (decoded.outcome !== 'ok') throw new Error(`not readable: ${decoded.message}`);
    stored = { record: settle({ record: decoded.record, revision }, () => true), revision };
    effects = decision.effects.map(({ effect }) => effect);
    return decision;
  };
  const opened = send(opening);
  if (opened.outcome !== 'applied') throw new Error(`not opened: ${JSON.stringify(opened)}`);
  return {
    send,
    stored: present,
    state: () => stateName(present().record.state),
    run: () => present().record.context as unknown as RunContext,
    item: () => present().record.context as unknown as ItemContext,
    account: () => present().record.context as unknown as AccountContext,
    effects: () => effects,
  };
}

/** What each step led to: the state, with the reason behind it where the step was refused. */
export function statesAfter(actor: TestActor, ...steps: (Step | StepMaker)[]): string[] {
  return steps.map((step) => {
    const decision = actor.send(step);
    if (decision.outcome === 'applied') return actor.state();
    return `${actor.state()} (${decision.outcome === 'refused' ? decision.reason : 'repeated'})`;
  });
}

/** The record after these steps. @throws where one of them is refused */
export function storedAfter(actor: TestActor, ...steps: (Step | StepMaker)[]): Stored {
  for (const step of steps) {
    const decision = actor.send(step);
    if (decision.outcome !== 'applied') throw new Error(`refused: ${JSON.stringify(decision)}`);
  }
  return actor.stored();
}

export function ask(type: string, data: Record<string, unknown> = {}, atMs?: number): Step {
  return { type, data, door: 'ask', ...(atMs === undefined ? {} : { atMs }) };
}

export function tell(type: string, data: Record<string, unknown> = {}, atMs?: number): Step {
  return { ...ask(type, data, atMs), door: 'tell' };
}

export function deadline(type: string, atMs: number): Step {
  return { type, data: {}, door: 'deadline', atMs };
}

export function verdictOf(kind: Verdict['kind'], more: Partial<Verdict> = {}): Verdict {
  return verdictSchema.parse({ kind, cause: kind === 'pass' ? 'gates' : 'exit-code', ...more });
}

/** A claim on the revision the run has at that moment. */
export function claim(
  claimant: string,
  verdict: Verdict = verdictOf('pass'),
  epoch = 1,
): StepMaker {
  return ({ revision }) => ask('claim', { claimant, verdict, epoch, evaluatedRevision: revision });
}

export type StageInput = Partial<z.input<typeof stageSchema>>;

function stageOf(input: StageInput): Stage {
  const kind = input.kind ?? 'agent';
  const isProcess = kind === 'agent' || kind === 'command';
  const command = isProcess && input.agent === undefined ? { command: 'true' } : {};
  return stageSchema.parse({ name: 'build', kind, ...command, ...input });
}

/** The opening of a run of one stage; an agent stage unless another kind is asked for. */
export function runOpening(stage: StageInput = {}, limits: Partial<Limits> = {}): Step {
  const data = { project: 'shop', item: '7', attempt: 1, stage: stageOf(stage) };
  return tell('open', { ...data, limits: limitsSchema.parse(limits) });
}

export function openRun(stage: StageInput = {}, limits: Partial<Limits> = {}): TestActor {
  return openActor(RUN, runOpening(stage, limits));
}

export interface ItemCaps {
  caps?: Caps;
  dailyCaps?: Caps;
}

export function itemOpening(
  stages: StageInput[],
  limits: Partial<Limits> = {},
  caps: ItemCaps = {},
): Step {
  const pipeline = frozenPipelineSchema.parse({
    ...{ name: 'standard', digest: 'test', limits, ...caps },
    stages: stages.map(stageOf),
  });
  return ask('open', { title: 'a defect', pipeline });
}

export function openItem(
  stages: StageInput[],
  limits: Partial<Limits> = {},
  caps: ItemCaps = {},
): TestActor {
  return openActor(ITEM, itemOpening(stages, limits, caps));
}

export function openAccount(): TestActor {
  return openActor(ACCOUNT, tell('open'));
}

/** Amounts that are not named are nothing. */
export function usageOf(amounts: Partial<Usage>): Usage {
  return usageSchema.parse(amounts);
}

/** A run of the item hands over, with its verdict. */
export function advance(
  stage: string,
  attempt: number,
  verdict: Verdict = verdictOf('pass'),
  more: { charge?: string | null; usage?: Usage; session?: Session } = {},
): Step {
  return tell('advance', { stage, attempt, claimant: 'worker-1', verdict, ...more });
}
