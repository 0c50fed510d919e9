// What an item says at stages whose work an actor of many items does: the settings it brings, and what it knows itself.
import { runAddress } from '../address.ts';
import type { Effect } from '../effect.ts';
import type { Stage } from '../pipeline.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Verdict } from '../verdict.ts';
import type { ItemContext } from './context.ts';

/** Cause of the verdict on a deploy whose commit nobody has seen on the base. */
export const NOT_LANDED = 'not-landed';
export const NO_COMMIT = 'no commit was ever pushed for it';

export function settingsOf({ pipeline, openedAtMs }: ItemContext, stage: Stage): StageSettings {
  const { repository, baseBranch, digest, limits } = pipeline;
  const reminderMs = limits.approvalReminderMs;
  return { stage, repository, baseBranch, digest, sinceMs: openedAtMs, reminderMs };
}

/** Its run is over before it has begun. */
export function decided(
  context: ItemContext,
  { kind, cause, summary }: Pick<Verdict, 'kind' | 'cause' | 'summary'>,
): Effect {
  const { project, item, current, headSha, isLanded } = context;
  const { stage, attempt } = current ?? { stage: '', attempt: 0 };
  const verdict = { kind, cause, summary, headSha, isLanded };
  const to = runAddress(project, item, stage, attempt);
  return { type: 'tell', to, event: 'claim', data: { claimant: 'item', verdict } };
}

export function nothingToDo(context: ItemContext, cause: string, summary: string): Effect[] {
  return [decided(context, { kind: 'not_applicable', cause, summary })];
}
