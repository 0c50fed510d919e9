// Phrases that the explanations of a run share. They only put a record into words: nothing is decided here.
import type { RunContext } from '../../machines/run/context.ts';
import { formatDuration } from './duration.ts';
import { isAlive, type RunFacts } from './why-facts.ts';
import type { Why } from './why-view.ts';

/** The worker that holds it, and whether it is alive. */
export function workerOf(facts: RunFacts, context: RunContext): Why['owner'] {
  const { worker, machine, epoch, processGroup } = context;
  if (worker === null) return nobody(`epoch ${epoch}; its worker was lost`);
  const group = processGroup === null ? '' : `, process group ${processGroup.pid}`;
  const detail = `worker${on(machine)}, epoch ${epoch}${group}`;
  return { who: worker, isAlive: isAlive(facts, worker), detail };
}

export function nobody(detail: string): Why['owner'] {
  return { who: 'nobody', isAlive: null, detail };
}

export function lapsed(facts: RunFacts, worker: string | null): string {
  if (worker === null || isAlive(facts, worker) !== false) return '';
  return `; but the presence of ${worker} has lapsed`;
}

export function verdictOf({ verdict }: NonNullable<RunContext['claim']>): string {
  return `${verdict.kind} (${verdict.cause})`;
}

export function agoOf({ nowMs }: Pick<RunFacts, 'nowMs'>, atMs: number): string {
  return `${formatDuration(nowMs - atMs)} ago`;
}

export function on(machine: string | null): string {
  return machine ? ` on ${machine}` : '';
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
