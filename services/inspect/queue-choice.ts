// Which merge queue is meant by the name of a project: that of its base branch, unless another branch is named.
// It must never guess between several.
import { mergeAddress } from '../../machines/address.ts';
import { fromToken } from '../../machines/identifier.ts';
import { OncewardError } from '../../transport/errors.ts';
import { BUCKET_OF } from '../actors/record-cache.ts';
import { absenceOf } from '../queries/absent-actor.ts';
import type { Session } from '../queries/session.ts';
import { type ReadableProject, readProjectEntry } from '../registry/project-record.ts';

type Reading = Pick<Session, 'bucket'>;

export interface MeantQueue {
  project: string;
  branch: string;
  /** `merge.shop.main` */
  address: string;
  /** Null where the registry does not know the project, or this version cannot read it. */
  known: ReadableProject | null;
}

/**
 * The queue that is meant, whether it is there or not.
 * @throws USAGE where several are, ACTOR_NOT_FOUND where nobody knows the project
 */
export async function meantQueue(
  session: Reading,
  { project, branch }: { project: string; branch?: string | undefined },
): Promise<MeantQueue> {
  const entry = await session.bucket('onceward-projects').read(project);
  const reading = entry === null ? null : readProjectEntry(entry);
  const known = reading?.status === 'readable' ? reading : null;
  const found = branch ?? known?.pipeline.baseBranch ?? (await onlyBranch(session, project));
  return { project, branch: found, address: mergeAddress(project, found), known };
}

/** Says why there is no queue yet: error ACTOR_NOT_FOUND. */
export async function queueAbsence(
  session: Reading,
  { project, branch, known }: MeantQueue,
): Promise<OncewardError> {
  const absence = await absenceOf(session, { kind: 'merge', project, branch });
  const stages = known?.pipeline.stages ?? [];
  if (known === null || stages.some(({ kind }) => kind === 'merge')) return absence;
  const message = `${absence.message}; pipeline ${known.pipeline.name} of ${project} has no stage of kind merge`;
  return new OncewardError('ACTOR_NOT_FOUND', message);
}

/** Of a project that is registered no more. @throws USAGE, ACTOR_NOT_FOUND */
async function onlyBranch(session: Reading, project: string): Promise<string> {
  const branches: string[] = [];
  await session
    .bucket(BUCKET_OF.merge)
    .scan(({ key }) => void branches.push(fromToken(key.split('.')[1] ?? '')), `${project}.*`);
  const [only, ...more] = branches.sort();
  if (only === undefined)
    throw await absenceOf(session, { kind: 'merge', project, branch: 'main' });
  if (more.length === 0) return only;
  const message = `which queue of ${project}? --branch names one of ${branches.join(', ')}`;
  throw new OncewardError('USAGE', message);
}
