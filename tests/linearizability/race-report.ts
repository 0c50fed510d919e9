// What a recorded race came to, in numbers and in the checker's words.
// It must never decide by the numbers: only the checker's verdict counts.
import { type CheckOptions, type Violation, violations } from './checker.ts';
import type { CasOperation, Operation } from './operation.ts';

export interface RaceReport {
  keys: number;
  operations: number;
  won: number;
  lost: number;
  /** Compare-and-sets without a certain answer. */
  indeterminate: number;
  /** Revisions on which more than one claimant was told that it had won. */
  severalWinners: number;
  violations: Violation[];
}

/** Counts and checks; says it in one line on standard output, which the runner shows when a test fails. */
export function reportOf(
  title: string,
  history: readonly Operation[],
  options: CheckOptions = {},
): RaceReport {
  const claims = history.filter((operation) => operation.kind === 'cas');
  const count = (outcome: CasOperation['result']['outcome']) =>
    claims.filter(({ result }) => result.outcome === outcome).length;
  const report = {
    keys: new Set(history.map(({ key }) => key)).size,
    operations: history.length,
    won: count('won'),
    lost: count('lost'),
    indeterminate: count('unknown'),
    severalWinners: severalWinners(claims),
    violations: violations(history, options),
  };
  const numbers = { ...report, violations: report.violations.length };
  process.stdout.write(`${title}: ${JSON.stringify(numbers)}\n`);
  return report;
}

function severalWinners(claims: readonly CasOperation[]): number {
  const winners = new Map<string, number>();
  for (const { key, expectedRevision, result } of claims) {
    if (result.outcome !== 'won') continue;
    const race = `${key}@${expectedRevision}`;
    winners.set(race, (winners.get(race) ?? 0) + 1);
  }
  return [...winners.values()].filter((count) => count > 1).length;
}
