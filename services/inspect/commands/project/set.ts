// `onceward project set`: changes settings of a project by their paths, on the revision they were read at.
// It must never store what the checks of onceward.yaml refuse.
import { OncewardError } from '../../../../transport/errors.ts';
import type { ProjectSettings } from '../../../config/project-settings.ts';
import type { LocalFile } from '../../../registry/local-file.ts';
import { withPlaces } from '../../../registry/project-exchange.ts';
import { checkedSettings, UNCHECKED } from '../../../registry/project-problems.ts';
import type { ReadableProject } from '../../../registry/project-record.ts';
import {
  assertRevision,
  changeProject,
  frozenFor,
  requireRegistered,
} from '../../../registry/registry-changes.ts';
import { type SettingChange, withSettings } from '../../../registry/setting-paths.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { changeLine, localFileIn, withRegistry } from '../../registry-session.ts';

export interface ProjectSetInput {
  project: string;
  changes: readonly SettingChange[];
  ifRevision?: number;
}

/** @throws PROJECT_NOT_FOUND, PROJECT_REFUSED, REVISION_CONFLICT, CONFIG_INVALID, PERMISSION_DENIED */
export async function projectSet(context: CommandContext, input: ProjectSetInput): Promise<number> {
  const local = await localFileIn(context);
  const notes = local === null ? [UNCHECKED] : [];
  const change = await withRegistry(context, async (registry) => {
    const before = await requireRegistered(registry, input.project);
    assertRevision(before, input.ifRevision);
    const settings = withPlaces(withSettings(before.settings, input.changes), context.directory);
    const effective = checkedSettings(input.project, settings, local);
    const pipeline = frozenAnew(before, effective, local);
    return changeProject(registry, before, { settings, pipeline });
  });
  printDocument(context, { ...change, notes }, () => [changeLine(change), ...notes]);
  return EXIT.done;
}

/** Without a file the stages stay; what else of it follows from the settings does not. */
function frozenAnew(before: ReadableProject, settings: ProjectSettings, local: LocalFile | null) {
  const fresh = local && frozenFor(local.configuration, settings, local.folder);
  if (fresh !== null) return fresh;
  const { repository, baseBranch, dailyCaps, pipeline } = settings;
  if (pipeline === before.pipeline.name) {
    return { ...before.pipeline, repository, baseBranch, dailyCaps };
  }
  const message = `pipeline ${pipeline} is frozen from an onceward.yaml, and none is here; name it with --config`;
  throw new OncewardError('USAGE', message);
}
