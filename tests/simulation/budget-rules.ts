// Rules on what an item and its runs may spend: it only ever rises, by one at a time, and never beyond the limit.
import { isPassing } from '../../machines/verdict.ts';
import { isRun, itemOf, type Landing, runOf } from './landing.ts';
import type { Rule } from './rule.ts';

export const BUDGET_RULES: readonly Rule[] = [
  { invariant: 'every budget only rises', broken: shrunkenBudget },
  { invariant: 'every failure is charged once', broken: wrongCharge },
  { invariant: 'no epoch beyond the budget', broken: wrongEpoch },
];

function shrunkenBudget({ previous, next }: Landing): string | null {
  if (isRun(next) || previous === null) return null;
  const before = itemOf(previous);
  const after = itemOf(next);
  for (const field of ['spent', 'granted'] as const) {
    for (const [key, count] of Object.entries(before[field])) {
      const now = after[field][key] ?? 0;
      if (now < count) return `${next.address} had ${field} ${count} for ${key}, and now ${now}`;
    }
  }
  if (after.runs.length >= before.runs.length) return null;
  return `${next.address} forgot ${before.runs.length - after.runs.length} of its runs`;
}

function wrongCharge({ next }: Landing): string | null {
  if (isRun(next)) return null;
  const { spent, runs } = itemOf(next);
  const charged = Object.values(spent).reduce((sum, count) => sum + count, 0);
  const failures = runs.filter(
    ({ verdict, isUncharged }) => !isPassing(verdict.kind) && isUncharged !== true,
  ).length;
  return charged === failures ? null : `${next.address}: ${charged} spent, ${failures} failures`;
}

function wrongEpoch({ previous, next }: Landing): string | null {
  if (!isRun(next)) return null;
  const { epoch, stage } = runOf(next);
  const before = previous === null ? 1 : runOf(previous).epoch;
  if (epoch !== before && epoch !== before + 1) {
    return `${next.address} went from epoch ${before} to ${epoch}`;
  }
  if (epoch <= stage.budgets.infra) return null;
  return `${next.address} is at epoch ${epoch} of ${stage.budgets.infra}`;
}
