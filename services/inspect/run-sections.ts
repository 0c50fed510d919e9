// One run as a page: who works on it, how it ended, who claimed it, and the steps in between.
import { graceMsOf, type RunContext } from '../../machines/run/context.ts';
import { formatDuration, formatMoment } from './duration.ts';
import { describeExit } from './run-listing.ts';
import type { Pair, Sections } from './sections.ts';

export function runPairs(context: RunContext, nowMs: number): Pair[] {
  const { stage, worker, machine, exit, processGroup, leftover } = context;
  return [
    ['stage', `${stage.name} (${stage.kind}${stage.command ? `: ${stage.command}` : ''})`],
    ['opened', formatMoment(context.openedAtMs)],
    ['epoch', epochOf(context)],
    ['worker', worker === null ? null : `${worker}${machine ? ` on ${machine}` : ''}`],
    ['started', context.startedAtMs === null ? null : formatMoment(context.startedAtMs)],
    ['process', processGroup === null ? null : `group ${processGroup.pid}`],
    ['leftover', leftover === null ? null : `group ${leftover.pid} on ${leftover.machine}`],
    ['progress', progressOf(context, nowMs)],
    ['exit', exit === null ? null : exitOf(exit, nowMs)],
    ['grace', formatDuration(graceMsOf(context))],
    ...claimPairs(context),
    ['head', context.headSha],
    ['feedback', context.feedback || null],
  ];
}

export function addRunTables(sections: Sections, context: RunContext): void {
  sections.table('Finalization', context.steps, [
    { header: 'step', cell: ({ step }) => step },
    { header: 'at', cell: ({ atMs }) => formatMoment(atMs) },
    { header: 'result', cell: ({ result }) => result },
    { header: 'key', cell: ({ key }) => key },
  ]);
}

function claimPairs({ claim }: RunContext): Pair[] {
  if (claim === null) return [];
  const { kind, cause, summary } = claim.verdict;
  const evaluated = claim.evaluatedRevision;
  const basis = evaluated === null ? '' : `, evaluated on revision ${evaluated}`;
  return [
    ['claim', `${claim.claimant} at ${formatMoment(claim.atMs)}${basis}`],
    ['verdict', `${kind} (${cause})${summary === '' ? '' : `: ${summary}`}`],
  ];
}

function epochOf({ epoch, requeues }: RunContext): string {
  return `${epoch}${requeues === 0 ? '' : `, queued again ${requeues} times`}`;
}

function progressOf({ progressAtMs, outputBytes }: RunContext, nowMs: number): string | null {
  if (progressAtMs === null) return null;
  return `${outputBytes} bytes of output, ${formatDuration(nowMs - progressAtMs)} ago`;
}

function exitOf(exit: NonNullable<RunContext['exit']>, nowMs: number): string {
  const agoMs = nowMs - exit.atMs;
  return `${describeExit(exit)} at ${formatMoment(exit.atMs)}, ${formatDuration(agoMs)} ago`;
}
