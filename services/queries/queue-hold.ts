// Why a merge queue tries nothing at the moment, and what would end that. Pure.
// It must never say that something ends by itself which a person has to end.
import type { MergeContext } from '../../machines/merge/context.ts';
import type { QueueHold } from './queue-view.ts';

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
  const mended = cause === 'red-base' ? 'a new commit on the base does, and so does ' : '';
  return {
    ...{ kind: 'frozen', cause, by, reason, sinceMs: atMs, untilMs: null },
    release: mended + resuming(context),
  };
}

function resuming({ project, branch, settings }: MergeContext): string {
  return `${resumeCommand({ project, branch: settings?.baseBranch ?? branch })} releases it`;
}

/** Names the branch as well, for a project may have several. */
export function resumeCommand({ project, branch }: { project: string; branch: string }): string {
  return `onceward queue resume ${project} --branch ${branch}`;
}
