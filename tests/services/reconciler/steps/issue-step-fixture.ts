// One look at the issues of a project, in the hands of a test.

import type { OutsideProject } from '../../../../services/reconciler/outside/outside-project.ts';
import { createIssueStep } from '../../../../services/reconciler/steps/issue-step.ts';
import { createOutsideStandIns, type StandInOptions } from '../outside-stand-ins.ts';

export function setup(options: StandInOptions = {}) {
  const outside = createOutsideStandIns(options);
  const { deps, onTrouble } = outside;
  const differing: string[] = [];
  const make = () =>
    createIssueStep({
      ...deps,
      onTrouble,
      onMarkDiffers: (_, item) => void differing.push(item),
    });
  const step = make();
  const look = (project: OutsideProject = outside.project) => step.look(project);
  const reasons = async (project?: OutsideProject) =>
    (await look(project)).map(({ ref, reason }) => `${ref}: ${reason}`);
  return Object.assign(outside, { look, reasons, differing, make });
}

/** With the item of issue 7 under way. */
export async function openedItem(options: StandInOptions = {}) {
  const outside = setup(options);
  outside.tracker.put('7');
  await outside.look();
  return outside;
}
