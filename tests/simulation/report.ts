// What the simulation says at its end: one line of numbers, and for a broken rule how it came to it.
// It must never print more than a screen.
import { DEFAULT_FAULTS, type FaultKind } from './fault.ts';
import type { ShardSummary } from './shard.ts';
import type { SimulationResult } from './simulation.ts';

/** Seeds, steps, faults by kind, checks, seconds and the version of Node, in one line. */
export function finalLine(summary: ShardSummary, seconds: number): string {
  const struck = Object.entries(summary.faults).filter(([, count]) => count > 0);
  const faults = struck.map(([kind, count]) => `${kind} ${count}`).join(', ');
  const checks = Object.values(summary.checks).reduce((sum, count) => sum + count, 0);
  return [
    `${summary.seeds} seeds, ${summary.steps} steps`,
    `${Math.round(summary.simulatedMs / 1_000)} simulated s`,
    `faults: ${faults || 'none'}`,
    `${checks} checks of ${Object.keys(summary.checks).length} invariants`,
    summary.shown?.violation ? `violated in seed ${summary.shown.seed}` : 'none violated',
    `${seconds.toFixed(1)} s, Node ${process.version}`,
  ].join('; ');
}

/** The seed, the step, the rule, the newest lines of the trace, and the command that shows it again. */
export function violationText(result: SimulationResult, faults: readonly FaultKind[]): string {
  const { seed, steps, violation, trace } = result;
  return [
    ...trace,
    '',
    `seed ${seed}, step ${steps}: violated "${violation?.invariant}"`,
    `  ${violation?.message}`,
    `  replay: SEED=${seed} npm run sim${optionsFor(faults)}`,
    '',
  ].join('\n');
}

function optionsFor(faults: readonly FaultKind[]): string {
  const isDefault = faults.join() === DEFAULT_FAULTS.join();
  return isDefault ? '' : ` -- --faults ${faults.join(',') || 'none'}`;
}
