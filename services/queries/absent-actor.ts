// What to say of an actor that is not there: the nearest thing that is.
// It must never read more than one stage, one item and the list of projects for it.
import { parseAddress } from '../../machines/address.ts';
import { stateName } from '../../machines/record.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { OncewardError } from '../../transport/errors.ts';
import { shown } from '../config/issue-findings.ts';
import { nearestName } from '../config/nearest-name.ts';
import { suggestion } from '../config/problems.ts';
import { describeAddress, findActor } from './found-actor.ts';
import type { Session } from './session.ts';
import type { UserAddress } from './user-address.ts';

type Reading = Pick<Session, 'bucket'>;
type RunOf = Extract<UserAddress, { kind: 'run' }>;

/** The error to throw, code ACTOR_NOT_FOUND. */
export async function absenceOf(session: Reading, user: UserAddress): Promise<OncewardError> {
  const hint = await nearestOf(session, user);
  const message = `${describeAddress(user)} does not exist${hint === '' ? '' : `: ${hint}`}`;
  return new OncewardError('ACTOR_NOT_FOUND', message);
}

async function nearestOf(session: Reading, user: UserAddress): Promise<string> {
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

async function projectHint(session: Reading, project: string): Promise<string> {
  const projects: string[] = [];
  await session.bucket('onceward-projects').scan(({ key }) => void projects.push(key));
  if (projects.includes(project)) return `onceward ps --project ${project} lists what there is`;
  const meant = suggestion(nearestName(project, projects));
  if (meant !== '') return `no project is called ${shown(project)}${meant}`;
  const known = projects.slice(0, 10).join(', ');
  return `no project is called ${shown(project)}${known === '' ? '' : `; there are ${known}`}`;
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
