// Counts what a host decides, entry by entry, on its hot path: a few counters, no strings made, nothing kept.
// It must never hold anything of an item: labels are words of the machines.
import type { Counter, Histogram } from 'prom-client';
import { accountAddress } from '../../machines/address.ts';
import { budgetsSchema } from '../../machines/pipeline.ts';
import type { ActorRecord } from '../../machines/record.ts';
import { accountContextOf, itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import { usageSince } from '../../machines/usage.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Observed } from '../actors/observer.ts';
import { isLostClaim } from '../queries/audit-entries.ts';
import { type ClaimTier, claimTierOf } from './claim-tier.ts';
import { type DeploymentMeters, meterDeployment } from './deployment-metrics.ts';
import { type MergeMeters, meterMerge } from './merge-metrics.ts';
import { alarmLabel, eventLabel, machineLabel, reasonLabel, stateLabel } from './metric-labels.ts';

export interface AuditMeters extends MergeMeters, DeploymentMeters {
  transitions: Counter;
  refusals: Counter;
  repeats: Counter;
  claims: Counter;
  takeovers: Counter;
  handOver: Histogram;
  exitToClaim: Histogram;
  runStates: Histogram;
  budgets: Counter;
  agentTokens: Counter;
  agentPriced: Counter;
  agentCost: Counter;
  agentTurns: Counter;
  alarms: Counter;
}

const MS_PER_S = 1_000;

export function meterEntry(meters: AuditMeters, entry: AuditEntry, observed: Observed): void {
  const machine = machineLabel(entry.address);
  if (entry.outcome === 'applied') {
    const event = eventLabel(machine, entry.type);
    meters.transitions.inc({ machine, event, to: stateLabel(machine, entry.to) });
    if (machine === 'run') meterRun(meters, entry, observed);
    else if (machine === 'item') meterItem(meters, entry, observed);
    else if (machine === 'account') meterAccount(meters, entry, observed);
    else if (machine === 'merge') meterMerge(meters, entry, observed);
    else if (machine === 'deployment') meterDeployment(meters, entry, observed);
  } else if (entry.outcome === 'refused') {
    meters.refusals.inc({ machine, reason: reasonLabel(entry.reason) });
    if (machine === 'run' && isLostClaim(entry)) {
      const tier = claimTierOf(entry.claimant, entry.reason, observed.before);
      meters.claims.inc({ outcome: 'lost', tier });
    }
  } else if (entry.outcome === 'repeated') meters.repeats.inc();
  else meters.alarms.inc({ reason: alarmLabel(entry.reason) });
}

function meterRun(meters: AuditMeters, entry: AuditEntry, { before, after }: Observed): void {
  if (before?.machine !== 'run' || after?.machine !== 'run') return;
  if (entry.from !== entry.to) meterMove(meters, entry, { before, after });
  if (entry.type === 'claim') {
    const tier = claimTierOf(entry.claimant, null, before);
    meters.claims.inc({ outcome: 'won', tier });
    if (isTakeover(entry, tier)) meters.takeovers.inc({ tier });
  }
  if (runContextOf(after).epoch > runContextOf(before).epoch) {
    meters.takeovers.inc({ tier: 'epoch' });
  }
}

/** Claimed by others because its worker has not; a monitor or a publisher that is late takes nothing over. */
function isTakeover({ from }: AuditEntry, tier: ClaimTier): boolean {
  return from === 'graceExpired' && (tier === 'evaluator' || tier === 'reaper');
}

function meterMove(
  meters: AuditMeters,
  { from, to }: AuditEntry,
  { before, after }: { before: ActorRecord; after: ActorRecord },
): void {
  const { stage, claim, exit } = runContextOf(after);
  const state = leafOf(stateLabel('run', from));
  const inStateMs = after.sinceMs - before.sinceMs;
  meters.runStates.observe({ state, stage_kind: stage.kind }, seconds(inStateMs));
  if (claim === null) return;
  if (to === 'claimed' && exit !== null)
    meters.exitToClaim.observe(seconds(claim.atMs - exit.atMs));
  if (to === 'advanced') meters.handOver.observe(seconds(after.sinceMs - claim.atMs));
}

function meterItem(meters: AuditMeters, { type }: AuditEntry, { before, after }: Observed): void {
  if (type !== 'advance' || before?.machine !== 'item' || after?.machine !== 'item') return;
  const { spent } = itemContextOf(after);
  const spentBefore = itemContextOf(before).spent;
  // Nothing for a run that only missed the confirmation, or whose provider is to blame.
  for (const [key, count] of Object.entries(spent)) {
    if (count > (spentBefore[key] ?? 0)) meters.budgets.inc({ budget: budgetIn(key) });
  }
}

/**
 * A run draws the same on the account of its project and on that of its provider: what is used is counted on the
 * first, which every run has. A draw that is repeated has no record after it.
 */
function meterAccount(
  meters: AuditMeters,
  { address, type }: AuditEntry,
  { before, after }: Observed,
): void {
  if (type !== 'draw' || !address.startsWith(OF_PROJECTS)) return;
  if (before?.machine !== 'account' || after?.machine !== 'account') return;
  const usage = usageSince(accountContextOf(before).total, accountContextOf(after).total);
  meters.agentTokens.inc({ kind: 'input' }, usage.inputTokens);
  meters.agentTokens.inc({ kind: 'cached_input' }, usage.cachedInputTokens);
  meters.agentTokens.inc({ kind: 'output' }, usage.outputTokens);
  meters.agentPriced.inc(usage.pricedTokens);
  meters.agentCost.inc(usage.usd);
  meters.agentTurns.inc(usage.turns);
}

const OF_PROJECTS = accountAddress('project', '');

/** `infra` of `build/infra/<head>`; a word of the machine. */
function budgetIn(key: string): string {
  const budget = key.split('/')[1] ?? '';
  return BUDGETS.has(budget) ? budget : 'other';
}

const BUDGETS: ReadonlySet<string> = new Set(budgetsSchema.keyof().options);

/** `working` of `running.working`. */
function leafOf(state: string): string {
  return state.slice(state.lastIndexOf('.') + 1);
}

/** The server's clock may be set back. */
function seconds(ms: number): number {
  return Math.max(0, ms) / MS_PER_S;
}
