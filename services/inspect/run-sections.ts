// One run as a page: who works on it, how it ended, who claimed it, and the steps in between.
import { graceMsOf, type RunContext } from '../../machines/run/context.ts';
import { formatDuration } from '../queries/duration.ts';
import { describeExit } from './run-listing.ts';
import type { Pair, Sections } from './sections.ts';
import type { Times } from './times.ts';

export function runPairs(context: RunContext, times: Times): Pair[] {
  const { stage, worker, machine, exit, processGroup, leftover } = context;
  return [
    ['stage', `${stage.name} (${stage.kind}${stage.command ? `: ${stage.command}` : ''})`],
    ['opened', times.moment(context.openedAtMs)],
    ['epoch', epochOf(context)],
    ['worker', worker === null ? null : `${worker}${machine ? ` on ${machine}` : ''}`],
    ['started', context.startedAtMs === null ? null : times.moment(context.startedAtMs)],
    ['process', processGroup === null ? null : `group ${processGroup.pid}`],
    ['leftover', leftover === null ? null : `group ${leftover.pid} on ${leftover.machine}`],
    ['progress', progressOf(context, times)],
    ['exit', exit === null ? null : exitOf(exit, times)],
    ['grace', formatDuration(graceMsOf(context))],
    ...claimPairs(context, times),
    ['head', context.headSha],
    ['feedback', context.feedback || null],
  ];
}

export function addRunTables(sections: Sections, context: RunContext, times: Times): void {
  sections.table('Finalization', context.steps, [
    { header: 'step', cell: ({ step }) => step },
    { header: 'at', cell: ({ atMs }) => times.moment(atMs) },
    { header: 'result', cell: ({ result }) => result },
    { header: 'key', cell: ({ key }) => key },
  ]);
}

function claimPairs({ claim }: RunContext, times: Times): Pair[] {
  if (claim === null) return [];
  const { kind, cause, summary } = claim.verdict;
  const evaluated = claim.evaluatedRevision;
  const basis = evaluated === null ? '' : `, evaluated on revision ${evaluated}`;
  return [
    ['claim', `${claim.claimant} ${times.at(claim.atMs)}${basis}`],
    ['verdict', `${kind} (${cause})${summary === '' ? '' : `: ${summary}`}`],
  ];
}

function epochOf({ epoch, requeues }: RunContext): string {
  return `${epoch}${requeues === 0 ? '' : `, queued again ${requeues} times`}`;
}

function progressOf({ progressAtMs, outputBytes }: RunContext, times: Times): string | null {
  if (progressAtMs === null) return null;
  return `${outputBytes} bytes of output, ${times.past(progressAtMs)}`;
}

function exitOf(exit: NonNullable<RunContext['exit']>, times: Times): string {
  return `${describeExit(exit)} ${times.both(exit.atMs)}`;
}
