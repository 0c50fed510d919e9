// A watcher of checks for each forge, whose re-runs go only as far as their actuator lets them.
// It must never ask a forge to run anything again that nobody is to run again.
import type { ChecksRules } from '../../../machines/outside.ts';
import { type CheckReports, type CheckWatcher, createCheckWatcher } from '../checks/watcher.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

export function createCheckWatchers({
  deeds,
  clock,
  reports,
}: Pick<ReconcileDeps, 'deeds' | 'clock'> & {
  reports: CheckReports;
}): (project: OutsideProject) => CheckWatcher {
  const watchers = new WeakMap<OutsideProject['forge'], CheckWatcher>();
  return (project) => {
    const { forge } = project;
    const known = watchers.get(forge);
    if (known !== undefined) return known;
    const careful = {
      checks: forge.checks,
      requiredChecks: forge.requiredChecks,
      async rerun(target: Parameters<typeof forge.rerun>[0]) {
        const what = `run ${target.kind} ${target.id} again`;
        await deeds.perform(project, { actuator: 'reruns', what }, () => forge.rerun(target));
      },
    };
    const watcher = createCheckWatcher({ forge: careful, reports, clock });
    watchers.set(forge, watcher);
    return watcher;
  };
}

/** What nobody will run again is not waited for. */
export function rulesWithin(
  { actuators }: Pick<OutsideProject, 'actuators'>,
  rules: ChecksRules,
): ChecksRules {
  return actuators.reruns === 'enforce' ? rules : { ...rules, reruns: 0 };
}
