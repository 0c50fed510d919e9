// Why a merge queue tries nothing at the moment, and what would end that. Pure.
// It must never say that something ends by itself which a person has to end.
import { fromToken } from '../../machines/identifier.ts';
import type { MergeContext } from '../../machines/merge/context.ts';
import { oneLine } from '../../machines/one-line.ts';
import type { QueueHold } from './queue-view.ts';

const MAX_REASON_CHARACTERS = 300;

/** Null when nothing holds it up. A freeze holds as soon as it is asked for, though a landing is ended first. */
export function holdOf(
  context: MergeContext,
  { state, nowMs }: { state: string; nowMs: number },
): QueueHold | null {
  const { freeze, pause, notBeforeMs, ended } = context;
  if (freeze !== null) return frozen(context, freeze);
  if (pause !== null) {
    const { reason, atMs: sinceMs } = pause;
    const until = { untilMs: null, release: resuming(context) };
    return { kind: 'paused', cause: 'fruitless', by: 'onceward', reason, sinceMs, ...until };
  }
  if (state !== 'idle' || notBeforeMs <= nowMs) return null;
  const last = ended.at(-1);
  return {
    ...{ kind: 'backing-off', cause: 'infrastructure', by: 'onceward' },
    ...{ reason: last?.reason ?? '', sinceMs: last?.endedAtMs ?? null },
    untilMs: notBeforeMs,
    release: 'it tries again by itself',
  };
}

function frozen(
  context: MergeContext,
  { cause, by, reason, atMs }: NonNullable<MergeContext['freeze']>,
): QueueHold {
  const release = releaseOf(context, { cause, by });
  return { kind: 'frozen', cause, by, reason, sinceMs: atMs, untilMs: null, release };
}

function releaseOf(
  context: MergeContext,
  { cause, by }: Pick<NonNullable<MergeContext['freeze']>, 'cause' | 'by'>,
): string {
  const resume = resumeOf(context);
  if (cause === 'red-base') {
    return `a new commit on ${branchOf(context)} releases it, and so does ${resume}`;
  }
  const environment = environmentOf(by);
  if (environment === null) return resuming(context);
  return `it is released once ${environment} is healthy again, or with ${resume}`;
}

/** Of a deployment that has frozen it, `deployment:shop.production`; null where a person has. */
function environmentOf(by: string): string | null {
  const [, token] = /^deployment:[^.]+\.(.+)$/.exec(by) ?? [];
  return token === undefined ? null : fromToken(token);
}

/** `frozen by ada (release day)` */
export function holdWords({ kind, by, reason }: QueueHold): string {
  const why = oneLine(reason).slice(0, MAX_REASON_CHARACTERS);
  return `${kind} by ${by}${why === '' ? '' : ` (${why})`}`;
}

function resuming(context: MergeContext): string {
  return `${resumeOf(context)} releases it`;
}

function resumeOf(context: MergeContext): string {
  return resumeCommand({ project: context.project, branch: branchOf(context) });
}

/** As git knows it, which is what the settings of its items say. */
export function branchOf({ branch, settings, offered }: MergeContext): string {
  return (settings ?? offered)?.baseBranch ?? fromToken(branch);
}

/** Names the branch as well, for a project may have several. */
export function resumeCommand(queue: { project: string; branch: string }): string {
  return `onceward queue resume ${queue.project}${branchArgument(queue)}`;
}

/** ` --branch main`, as every shell reads it: the name of a branch may hold almost anything. */
export function branchArgument({ branch }: { branch: string }): string {
  const isPlain = /^[\w./-]+$/.test(branch);
  return ` --branch ${isPlain ? branch : `'${branch.replaceAll("'", "'\\''")}'`}`;
}
