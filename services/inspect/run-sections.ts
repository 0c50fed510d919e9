// One run as a page: who works on it, how it ended, who claimed it, and the steps in between.
import { graceMsOf, type RunContext } from '../../machines/run/context.ts';
import { measuredOf } from '../queries/cost.ts';
import { formatDuration } from '../queries/duration.ts';
import { capsWords, usageWords } from '../queries/usage-words.ts';
import { describeExit } from './run-listing.ts';
import type { Pair, Sections } from './sections.ts';
import type { Times } from './times.ts';

export function runPairs(context: RunContext, times: Times): Pair[] {
  const { stage, worker, machine, exit, processGroup, leftover } = context;
  return [
    ['stage', stageText(stage)],
    ['opened', times.moment(context.openedAtMs)],
    ['epoch', epochOf(context)],
    ['worker', worker === null ? null : `${worker}${machine ? ` on ${machine}` : ''}`],
    ['started', context.startedAtMs === null ? null : times.moment(context.startedAtMs)],
    ['process', processGroup === null ? null : `group ${processGroup.pid}`],
    ['leftover', leftover === null ? null : `group ${leftover.pid} on ${leftover.machine}`],
    ['progress', progressOf(context, times)],
    ['worktree at', context.workSha ?? null],
    ['held for', context.hold ? `${context.hold.account} (${context.hold.cause})` : null],
    ['checks', checksOf(context, times)],
    ['used', usedBy(context)],
    ['exit', exit === null ? null : exitOf(exit, times)],
    ['grace', formatDuration(graceMsOf(context))],
    ...claimPairs(context, times),
    ['head', context.headSha],
    ['feedback', context.feedback || null],
  ];
}

function stageText({ name, kind, command, agent }: RunContext['stage']): string {
  const by = agent === undefined ? command : [agent.adapter, agent.model].filter(Boolean).join(' ');
  return `${name} (${kind}${by ? `: ${by}` : ''})`;
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

function progressOf(context: RunContext, times: Times): string | null {
  const { progressAtMs, watermarkAtMs, outputBytes } = context;
  if (progressAtMs === null) return null;
  const grown = watermarkAtMs ? `, last progress ${times.past(watermarkAtMs)}` : '';
  return `${outputBytes} bytes of output, alive ${times.past(progressAtMs)}${grown}`;
}

function checksOf({ checks }: RunContext, times: Times): string | null {
  if (!checks) return null;
  const { sha, summary, reruns, changedAtMs } = checks;
  const again = reruns === 0 ? '' : `, run again ${reruns} times`;
  return `${sha.slice(0, 12)}: ${summary || 'seen'}${again}, last change ${times.past(changedAtMs)}`;
}

/** With what one run may use, where that is limited. */
function usedBy(context: RunContext): string | null {
  const measured = measuredOf(context);
  // A record of before has no caps.
  const caps = capsWords(context.stage.caps ?? {}, context.grants ?? 0);
  const allowed = caps === '' ? '' : `, of ${caps}`;
  return measured === null ? caps && `nothing yet${allowed}` : usageWords(measured) + allowed;
}

function exitOf(exit: NonNullable<RunContext['exit']>, times: Times): string {
  return `${describeExit(exit)} ${times.both(exit.atMs)}`;
}
