// Shows what a chaos run has found: the faults, the audit, and a summary as data for files and tables.
// It judges nothing.
import { type AuditLine, auditChaos, countStates } from './audit.ts';
import { countTakeovers } from './audit-takeovers.ts';
import type { ChaosResult } from './chaos.ts';
import type { ChaosOptions } from './chaos-options.ts';
import { FAULT_KINDS } from './fault-plan.ts';

export interface ChaosSummary {
  seed: number;
  minutes: number;
  node: string;
  natsServer: string;
  durationMs: number;
  items: Record<string, number> & { submitted: number };
  runs: number;
  /** Runs that were lost by a worker and begun again. */
  epochs: number;
  takeovers: number;
  itemsPerMinute: number;
  faults: Record<string, number>;
  audit: readonly AuditLine[];
  isOk: boolean;
}

/** Problems of one line that are printed; all stand in the JSON. */
const MAX_SHOWN = 20;

export function summarize(options: ChaosOptions, result: ChaosResult): ChaosSummary {
  const { history, faults, durationMs, serverVersion } = result;
  const audit = auditChaos(history);
  const states = countStates(history.items.values());
  const ended = history.submitted.length - (audit[0]?.problems.length ?? 0);
  return {
    seed: options.seed,
    minutes: options.minutes,
    node: process.version,
    natsServer: serverVersion,
    durationMs,
    items: { submitted: history.submitted.length, ...states },
    runs: history.runs.length,
    epochs: history.runs.reduce((sum, { context }) => sum + context.epoch - 1, 0),
    takeovers: countTakeovers(history),
    itemsPerMinute: Math.round((ended * 60_000) / durationMs),
    faults: Object.fromEntries(
      FAULT_KINDS.map((kind) => [kind, faults.filter((fault) => fault.kind === kind).length]),
    ),
    audit,
    isOk: audit.every(({ problems }) => problems.length === 0),
  };
}

/** The summary for people, one line each. */
export function summaryLines(summary: ChaosSummary): string[] {
  const { seed, node, natsServer, durationMs, items, runs, epochs, takeovers } = summary;
  const { submitted, ...states } = items;
  const inStates = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const faultRows = Object.entries(summary.faults);
  return [
    '',
    'faults injected',
    ...faultRows.map(([kind, count]) => `  ${String(count).padStart(4)}  ${kind}`),
    `  ${String(faultRows.reduce((sum, [, count]) => sum + count, 0)).padStart(4)}  in all`,
    '',
    'audit',
    ...summary.audit.flatMap(auditLines),
    '',
    `seed ${seed}, node ${node}, nats-server ${natsServer}, ${(durationMs / 1_000).toFixed(0)} s`,
    `${submitted} items: ${inStates.join(', ')}; ${summary.itemsPerMinute} a minute`,
    `${runs} runs, ${epochs} begun again after their worker was lost, ${takeovers} taken over after the grace`,
    summary.isOk ? 'every line holds' : 'NOT every line holds',
  ];
}

function auditLines({ title, checked, problems }: AuditLine): string[] {
  const verdict = problems.length === 0 ? 'ok  ' : 'FAIL';
  const hidden = problems.length - MAX_SHOWN;
  return [
    `  ${verdict} ${title}: ${problems.length} of ${checked}`,
    ...problems.slice(0, MAX_SHOWN).map((problem) => `         ${problem}`),
    ...(hidden > 0 ? [`         and ${hidden} more`] : []),
  ];
}
