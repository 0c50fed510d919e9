// What the commands on projects have in common: the registry on the server, and the file beside the caller.
// It must never doubt a write that the server has denied.
import { hasCode, type OncewardError } from '../../transport/errors.ts';
import { createCommitter } from '../actors/commit.ts';
import { shown } from '../config/issue-findings.ts';
import { nearestName } from '../config/nearest-name.ts';
import { suggestion } from '../config/problems.ts';
import { type Session, withSession } from '../queries/session.ts';
import { type LocalFile, readLocalFile } from '../registry/local-file.ts';
import { type ProjectChange, type Registry, unknownProject } from '../registry/registry-changes.ts';
import type { CommandContext } from './command-context.ts';

/** @throws what the work throws; PERMISSION_DENIED when the login may not write */
export async function withRegistry<T>(
  context: CommandContext,
  work: (registry: Registry, session: Session) => Promise<T>,
): Promise<T> {
  return withSession(context, async (session) => {
    const bucket = session.projects();
    const committer = createCommitter(bucket, { clock: session.clock, mode: 'single' });
    try {
      return await work({ bucket, committer, denial: bucket.denial }, session);
    } catch (error) {
      if (hasCode(error, 'REVISION_CONFLICT')) throw bucket.denial() ?? error;
      if (hasCode(error, 'PROJECT_NOT_FOUND')) throw await withNearest(session, error);
      throw error;
    }
  });
}

/** @throws CONFIG_INVALID */
export function localFileIn({
  configurationFile,
  environment,
}: CommandContext): Promise<LocalFile | null> {
  return readLocalFile(configurationFile, environment.graceMs);
}

/** `project shop added (revision 12)` */
export function changeLine({ project, outcome, revision }: ProjectChange): string {
  const at = revision === null ? '' : ` (revision ${revision})`;
  return `project ${project} ${CHANGE_WORDS[outcome]}${at}`;
}

const CHANGE_WORDS: Readonly<Record<ProjectChange['outcome'], string>> = {
  added: 'added',
  changed: 'changed',
  unchanged: 'is as it was',
  'taken-over': 'taken over from onceward.yaml; take it out of the file',
  draining: 'is being drained: nothing new is opened, and it goes with its last item',
  removed: 'removed',
  conflict: 'was changed by somebody else at the same time; import it again',
};

async function withNearest(session: Session, error: OncewardError): Promise<OncewardError> {
  const names: string[] = [];
  await session
    .bucket('onceward-projects')
    .scan(({ key }) => void names.push(key))
    .catch(() => {});
  const project = String(error.details['project'] ?? '');
  const known = names.sort().slice(0, 10).join(', ');
  const hint =
    suggestion(nearestName(project, names)) || (known === '' ? '' : `; there are ${known}`);
  return unknownProject(project, `no project is called ${shown(project)}${hint}`);
}
