// An item with its runs, a staging and a production deployment, all in memory and all decided by the real machines; one
// worker carries the deployments, and what its commands come to is generated and judged as the real one judges.
// It must never decide anything itself, nor tell a deployment what no command has said.
import { decide } from '../../../machines/decide.ts';
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { type DeployRules, deployRulesSchema } from '../../../machines/deployment/rules.ts';
import type { ActorEvent } from '../../../machines/event.ts';
import type { ItemContext } from '../../../machines/item/context.ts';
import { type ActorRecord, type Stored, settle, stateName } from '../../../machines/record.ts';
import { stepFault } from '../../../services/workers/deploying/step-verdict.ts';
import { advance, itemOpening, verdictOf } from '../../support/machine-steps.ts';
import type { CommandEnds } from './staging-noise.ts';

const ITEM = 'item.shop.7';
const STAGING = 'deployment.shop.staging';
const PRODUCTION = 'deployment.shop.production';
const IMAGE = 'registry.example.com/acme/shop';
const HEAD = 'b'.repeat(40);
const LANDED = 'c'.repeat(40);
const DIGEST = `sha256:${'d'.repeat(64)}`;
/** More than all retries of both environments together. */
const MAX_STEPS = 200;

export interface StagingCase {
  hasVerdictFile: boolean;
  infraRetries: number;
  /** How the commands end at this try; the same number is asked for only once. */
  endsOf: (environment: string, attempt: number) => CommandEnds;
  /** How often a person has what is held tried again. */
  releases: number;
}

export interface StagingEnd {
  item: string;
  staging: string;
  production: string;
  /** Verdicts that the item's runs were told, by kind. */
  told: string[];
  productCharges: number;
  reason: string;
  /** Whatever has been in production. */
  deployedToProduction: string[];
}

interface World {
  records: Map<string, Stored>;
  told: string[];
  atMs: number;
  events: number;
}

/** Carries one item as far as it gets. */
export function throughStaging(given: StagingCase): StagingEnd {
  const world: World = { records: new Map(), told: [], atMs: 1_000_000, events: 0 };
  const rules = rulesOf(given);
  const land = { name: 'land', kind: 'merge' as const, merge: { admission: 'none' as const } };
  const stages = [
    {},
    land,
    { name: 'stage', kind: 'deploy' as const, deploy: rules.staging },
    { name: 'ship', kind: 'deploy' as const, deploy: rules.production },
  ];
  send(world, ITEM, itemOpening(stages));
  send(world, ITEM, advance('build', 1, verdictOf('pass', { headSha: HEAD })));
  const landed = { cause: 'landed', isLanded: true, headSha: HEAD, landedSha: LANDED };
  const claim = { claimant: 'merge', verdict: verdictOf('pass', landed) };
  send(world, 'run.shop.7.land.1', { type: 'claim', data: claim, door: 'tell' });
  const deployedToProduction = new Set<string>();
  let releases = given.releases;
  let attempts = 0;
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const address = [STAGING, PRODUCTION].find((one) => isWorking(world, one));
    if (address !== undefined) {
      attempts += 1;
      carry(world, address, given.endsOf(address.slice('deployment.shop.'.length), attempts));
    } else {
      const held = [STAGING, PRODUCTION].find((one) => stateOf(world, one) === 'held');
      if (held === undefined || releases === 0) break;
      releases -= 1;
      send(world, held, { type: 'release', data: { by: 'ann', decision: 'retry' }, door: 'ask' });
    }
    const live = contextOf(world, PRODUCTION)?.live;
    if (live != null || stateOf(world, PRODUCTION) === 'deploying') {
      deployedToProduction.add(DIGEST);
    }
  }
  return endOf(world, [...deployedToProduction]);
}

function rulesOf({ hasVerdictFile, infraRetries }: StagingCase): {
  staging: DeployRules;
  production: DeployRules;
} {
  const shared = {
    image: { name: IMAGE },
    ...{ prepare: { command: 'up' }, deploy: { command: 'deploy' } },
    verify: { command: 'verify', verdictFile: hasVerdictFile },
    infrastructure: { causes: ['database-away'] },
    retries: { infra: infraRetries },
  };
  const build = { command: 'build' };
  const staging = deployRulesSchema.parse({ ...shared, environment: 'staging', build });
  const production = deployRulesSchema.parse({
    ...{ ...shared, environment: 'production', requires: 'staging' },
  });
  return { staging, production };
}

function send(
  world: World,
  address: string,
  { type, data, door }: Pick<ActorEvent, 'type' | 'data' | 'door'>,
): string {
  const stored = world.records.get(address) ?? null;
  world.events += 1;
  const event = { address, type, data, door, id: `e${world.events}`, atMs: world.atMs };
  const decision = decide(stored, event);
  if (decision.outcome !== 'applied') return JSON.stringify(decision);
  const revision = (stored?.revision ?? 0) + 3;
  const { record } = decision;
  world.records.set(address, { record: settle({ record, revision }, () => true), revision });
  for (const { effect } of decision.effects) {
    if (effect.type !== 'tell' || !/^(?:item|run|deployment)\./.test(effect.to)) continue;
    if (address.startsWith('deployment.') && effect.event === 'claim') {
      world.told.push((effect.data as { verdict: { kind: string } }).verdict.kind);
    }
    send(world, effect.to, { type: effect.event, data: effect.data, door: 'tell' });
  }
  return 'applied';
}

const WORKING = ['assessing', 'building', 'verifyingProvenance', 'promoting', 'deploying'];

function isWorking(world: World, address: string): boolean {
  return WORKING.includes(stateOf(world, address));
}

function stateOf(world: World, address: string): string {
  const record: ActorRecord | undefined = world.records.get(address)?.record;
  return record === undefined ? 'absent' : stateName(record.state);
}

function contextOf(world: World, address: string): DeploymentContext | null {
  return (world.records.get(address)?.record.context ?? null) as DeploymentContext | null;
}

/** Takes the lease, where nobody has it, and reports what the state asks for. */
function carry(world: World, address: string, ends: CommandEnds): void {
  world.atMs = Math.max(world.atMs, contextOf(world, address)?.operation?.notBeforeMs ?? 0) + 1;
  const take = { type: 'take', data: { worker: 'w1' }, door: 'ask' as const };
  const isVacant = contextOf(world, address)?.holder == null;
  const taken = isVacant ? send(world, address, take) : 'applied';
  const context = contextOf(world, address);
  const { holder, operation } = context ?? {};
  if (taken !== 'applied' || holder == null || operation == null || context === null) {
    throw new Error(`the lease of ${address} was not given: ${taken}`);
  }
  const { type, ...report } = reportOf(stateOf(world, address), context, ends);
  const data = { token: holder.token, operation: operation.number, ...report };
  const answer = send(world, address, { type, data, door: 'ask' });
  if (answer !== 'applied') throw new Error(`${type} was refused: ${answer}`);
}

function reportOf(
  state: string,
  context: DeploymentContext,
  ends: CommandEnds,
): { type: string } & Record<string, unknown> {
  if (ends.thrown !== null) {
    const failed = { type: 'failed', kind: 'infra_error', phase: state, cause: ends.thrown };
    return { ...failed, summary: 'the step has thrown it' };
  }
  if (state === 'assessing') {
    return { type: 'assessed', isOnBase: true, isContained: false, isNeeded: true };
  }
  if (state === 'building') {
    const built = { sha: LANDED, image: IMAGE, digest: DIGEST, statement: '{}' };
    const artifact = { ...built, environment: context.environment, builtAtMs: 1 };
    return { type: 'built', artifact };
  }
  if (state === 'verifyingProvenance') {
    const findings = ['tag', 'revision', 'statement'].map((check) => ({ check, isMet: true }));
    return { type: 'checked', digest: DIGEST, sha: LANDED, findings };
  }
  if (state === 'promoting') return { type: 'promoted', digest: DIGEST };
  return deployedOrFailed(context, ends);
}

function deployedOrFailed(
  { settings }: DeploymentContext,
  { commands }: CommandEnds,
): { type: string } & Record<string, unknown> {
  const rules = settings?.stage.deploy;
  if (rules === undefined) throw new Error('expected a stage that deploys');
  for (const { phase, end, verdict } of commands) {
    const isAsked = phase === 'verify' && rules.verify?.verdictFile === true;
    const fault = stepFault({ phase, end, verdict: isAsked ? verdict : undefined }, rules);
    if (fault !== null) return { type: 'failed', ...fault, phase };
  }
  return { type: 'deployed', digest: DIGEST };
}

function endOf(world: World, deployedToProduction: string[]): StagingEnd {
  const item = world.records.get(ITEM)?.record.context as unknown as ItemContext;
  const holding = contextOf(world, STAGING)?.holding ?? contextOf(world, PRODUCTION)?.holding;
  return {
    item: stateOf(world, ITEM),
    staging: stateOf(world, STAGING),
    production: stateOf(world, PRODUCTION),
    told: world.told,
    productCharges: Object.keys(item.spent).filter((key) => key.includes('/product/')).length,
    reason: holding?.reason ?? '',
    deployedToProduction,
  };
}
