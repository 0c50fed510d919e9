// The candidate of a merge queue whose checks are waited for, as a watcher of checks is given it.
// It must never be made for a trial whose checks nobody has asked for, or have been judged.

import type { WatchedRun } from '../checks/watcher.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { MergeView } from '../records/merge-views.ts';
import { rulesWithin } from '../steps/check-watchers.ts';
import { queueName } from './queue-reports.ts';

/** Null when no checks are waited for. */
export function watchedCandidate(
  project: Pick<OutsideProject, 'actuators'>,
  { address, revision, state, context }: MergeView,
): WatchedRun | null {
  const { trial, settings } = context;
  const rules = settings?.stage.merge?.checks;
  if (state !== 'validating' || trial?.checks !== 'pending') return null;
  if (trial.candidate === null || settings === null || rules === undefined) return null;
  const { candidate, number, faults, seen } = trial;
  return {
    ...{ address, revision, headSha: candidate.sha, baseBranch: settings.baseBranch, seen },
    // A trial whose infrastructure has failed is judged once more, on the same commit.
    about: `${queueName(address)}:trial:${number}:${faults}`,
    epoch: number,
    pushedAtMs: candidate.preparedAtMs,
    rules: rulesWithin(project, rules),
  };
}
