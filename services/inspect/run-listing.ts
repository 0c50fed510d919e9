// Runs as rows. How long ago an exit was recorded stands in a column of its own: grace counts from there.
import type { RunContext, RunExit } from '../../machines/run/context.ts';
import type { ListedActor } from '../queries/listed-actor.ts';
import { formatDuration, formatRemaining } from './duration.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';

interface RunRow {
  actor: ListedActor;
  context: RunContext | null;
}

interface NextDeadline {
  event: string;
  atMs: number;
}

export function runListing(runs: readonly ListedActor[], nowMs: number): Listing<RunRow> {
  return {
    name: 'runs',
    rows: runs.map((actor) => ({
      actor,
      context: (actor.record?.context as RunContext | undefined) ?? null,
    })),
    columns: [
      { header: 'run', cell: ({ actor }) => actor.address },
      {
        header: 'state',
        cell: ({ actor }) => actor.state,
        style: ({ actor }) => styleOfState(actor.state),
      },
      { header: 'worker', cell: ({ context }) => context?.worker ?? '' },
      { header: 'epoch', cell: ({ context }) => String(context?.epoch ?? '') },
      { header: 'exit', cell: ({ context }) => describeExit(context?.exit ?? null) },
      { header: 'exited', cell: ({ context }) => exitedCell(context?.exit ?? null, nowMs) },
      { header: 'claimant', cell: ({ context }) => context?.claim?.claimant ?? '' },
      { header: 'next deadline', cell: ({ context }) => deadlineCell(context, nowMs) },
    ],
    document: documentOf,
  };
}

/** `0`, `1/exit-code`, `SIGKILL/silent`, `-/worker-lost`; empty without an exit. */
export function describeExit(exit: RunExit | null): string {
  if (exit === null) return '';
  const end = exit.code ?? exit.signal ?? '-';
  return exit.code === 0 && exit.cause === 'exit-code' ? '0' : `${end}/${exit.cause}`;
}

/** The deadline that fires first. */
function nextDeadline(deadlines: Readonly<Record<string, number>>): NextDeadline | null {
  const sorted = Object.entries(deadlines).sort(([, one], [, other]) => one - other);
  const [first] = sorted;
  return first === undefined ? null : { event: first[0], atMs: first[1] };
}

function exitedCell(exit: RunExit | null, nowMs: number): string {
  return exit === null ? '' : `${formatDuration(nowMs - exit.atMs)} ago`;
}

function deadlineCell(context: RunContext | null, nowMs: number): string {
  const next = nextDeadline(context?.deadlines ?? {});
  return next === null ? '' : `${next.event} ${formatRemaining(next.atMs - nowMs)}`;
}

function documentOf({ actor, context }: RunRow): Record<string, unknown> {
  const { address, state, revision, isArchived, record } = actor;
  return {
    ...{ address, state, sinceMs: record?.sinceMs ?? null, revision, isArchived },
    worker: context?.worker ?? null,
    machine: context?.machine ?? null,
    epoch: context?.epoch ?? null,
    exit: context?.exit ?? null,
    claim: context?.claim ?? null,
    nextDeadline: nextDeadline(context?.deadlines ?? {}),
  };
}
