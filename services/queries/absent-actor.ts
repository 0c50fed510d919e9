// Finds what must be there, and says of what is not the nearest thing that is.
// It must never read more than one stage, one item and the list of projects for that.
import { parseAddress } from '../../machines/address.ts';
import { fromToken } from '../../machines/identifier.ts';
import { stateName } from '../../machines/record.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { OncewardError } from '../../transport/errors.ts';
import { BUCKET_OF } from '../actors/record-cache.ts';
import { shown } from '../config/issue-findings.ts';
import { nearestName } from '../config/nearest-name.ts';
import { suggestion } from '../config/problems.ts';
import { addressOf, describeAddress, type FoundActor, findActor } from './found-actor.ts';
import type { Session } from './session.ts';
import type { UserAddress } from './user-address.ts';

type Reading = Pick<Session, 'bucket'>;
type RunOf = Extract<UserAddress, { kind: 'run' }>;

/** @throws ACTOR_NOT_FOUND with the nearest thing there is, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION */
export async function requireActor(session: Reading, user: UserAddress): Promise<FoundActor> {
  const found = await findActor(session, user);
  if (found !== null) return found;
  throw await absenceOf(session, user);
}

/** The actor's address; the latest attempt where none is named. @throws ACTOR_NOT_FOUND */
export async function requireAddress(session: Reading, user: UserAddress): Promise<string> {
  const address = await addressOf(session, user);
  if (address !== null) return address;
  throw await absenceOf(session, user);
}

/** The error to throw, code ACTOR_NOT_FOUND. */
export async function absenceOf(session: Reading, user: UserAddress): Promise<OncewardError> {
  // That it is not there is known: a hint that cannot be had must not hide it.
  const hint = await nearestOf(session, user).catch(() => '');
  const message = `${describeAddress(user)} does not exist${hint === '' ? '' : `: ${hint}`}`;
  return new OncewardError('ACTOR_NOT_FOUND', message);
}

async function nearestOf(session: Reading, user: UserAddress): Promise<string> {
  if (user.kind === 'account') return accountHint(session);
  if (user.kind === 'merge') return queueHint(session, user.project);
  if (user.kind === 'deployment') return deploymentHint(session, user.project);
  if (user.kind === 'item') return projectHint(session, user.project);
  const attempts = await attemptsOf(session, user);
  if (attempts.length > 0) return `its stage has attempt ${attempts.join(', ')}`;
  return (await itemHint(session, user)) ?? projectHint(session, user.project);
}

/** Null when the item is not there either. */
async function itemHint(session: Reading, user: RunOf): Promise<string | null> {
  const { project, item, stage } = user;
  const found = await findActor(session, { kind: 'item', project, item }).catch(() => null);
  if (found === null) return null;
  const { current, pipeline } = itemContextOf(found.stored.record);
  const state = `${stateName(found.stored.record.state)}${found.isArchived ? ', archived' : ''}`;
  const where = current === null ? '' : `, at ${current.stage}/${current.attempt}`;
  const exists = `item ${project}/${item} exists (${state}${where})`;
  const names = pipeline.stages.map(({ name }) => name);
  if (names.includes(stage)) return `${exists}, and stage ${stage} has no run yet`;
  const meant = suggestion(nearestName(stage, names)) || `; it has ${names.join(', ')}`;
  return `${exists}, and its pipeline has no stage ${stage}${meant}`;
}

/** What to say of a project that nobody knows; null when it is known, or none is. */
export async function strangeProject(
  session: Reading,
  project: string | undefined,
): Promise<string | null> {
  if (project === undefined) return null;
  const known = await readProjects(session).catch((): string[] => []);
  const isStrange = known.length > 0 && !known.includes(project);
  return isStrange ? unknownProject(project, known) : null;
}

async function projectHint(session: Reading, project: string): Promise<string> {
  const projects = await readProjects(session);
  if (projects.includes(project)) return `onceward ps --project ${project} lists what there is`;
  return unknownProject(project, projects);
}

async function readProjects(session: Reading): Promise<string[]> {
  const projects: string[] = [];
  await session.bucket('onceward-projects').scan(({ key }) => void projects.push(key));
  return projects;
}

function unknownProject(project: string, projects: readonly string[]): string {
  const meant = suggestion(nearestName(project, projects));
  if (meant !== '') return `no project is called ${shown(project)}${meant}`;
  const known = projects.slice(0, 10).join(', ');
  return `no project is called ${shown(project)}${known === '' ? '' : `; there are ${known}`}`;
}

/** Opened by the first run that draws on it. */
async function accountHint(session: Reading): Promise<string> {
  const accounts: string[] = [];
  await session.bucket(BUCKET_OF.account).scan(({ key }) => void accounts.push(`account.${key}`));
  const known = accounts.sort().slice(0, 10).join(', ');
  return known === '' ? 'no run has drawn on an account yet' : `there are ${known}`;
}

/** Opened by the first item that comes to be landed. */
async function queueHint(session: Reading, project: string): Promise<string> {
  const queues: string[] = [];
  const keys = `${project}.*`;
  await session.bucket(BUCKET_OF.merge).scan(({ key }) => void queues.push(`merge.${key}`), keys);
  if (queues.length > 0) return `${project} has ${queues.sort().slice(0, 10).join(', ')}`;
  const stranger = await strangeProject(session, project);
  return stranger ?? 'no item has come to a stage of kind merge there yet';
}

/** Opened by the first item that comes to be deployed there. */
async function deploymentHint(session: Reading, project: string): Promise<string> {
  const known = await environmentsOf(session, project);
  if (known.length > 0) return `${project} is deployed to ${known.slice(0, 10).join(', ')}`;
  const stranger = await strangeProject(session, project);
  return stranger ?? 'no item has come to a stage of kind deploy there yet';
}

/** In order. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
async function environmentsOf(session: Reading, project: string): Promise<string[]> {
  const environments: string[] = [];
  const take = (key: string) => environments.push(fromToken(key.split('.')[1] ?? ''));
  await session.bucket(BUCKET_OF.deployment).scan(({ key }) => void take(key), `${project}.*`);
  return environments.sort();
}

/** Live and archived ones, in order. */
async function attemptsOf(session: Reading, { project, item, stage }: RunOf): Promise<number[]> {
  const found = new Set<number>();
  const note = (address: string) => {
    const attempt = Number(parseAddress(address)?.key.split('.').at(-1));
    if (attempt > 0) found.add(attempt);
  };
  const key = `${project}.${item}.${stage}.*`;
  await session.bucket('onceward-runs').scan((entry) => note(`run.${entry.key}`), key);
  await session.bucket('onceward-archive').scan((entry) => note(entry.key), `run.${key}`);
  return [...found].sort((one, other) => one - other);
}
