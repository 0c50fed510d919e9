// The images of a project that could be deployed again: what its deployments and one of its items have on record.
// It must never make one up: what no record holds cannot be deployed by hand.
import type { Artifact, Pass } from '../../machines/deployment/artifact.ts';
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import { deploymentContextOf, itemContextOf } from '../../machines/typed-context.ts';
import { OncewardError } from '../../transport/errors.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { shown } from '../config/issue-findings.ts';
import { requireActor } from './absent-actor.ts';
import { versionWords } from './deployment-words.ts';
import type { Session } from './session.ts';
import { parseItemAddress } from './user-address.ts';

type Reading = Pick<Session, 'bucket'>;

const MAX_NAMED = 8;
/** Shorter beginnings name too many. */
const MIN_PREFIX = 7;

export interface Deployable {
  artifact: Artifact;
  /** Environments in which the very image was found good, in order. */
  goodIn: string[];
  /** Environments in which it is live. */
  liveIn: string[];
}

/** One of them names the version. */
export interface Wanted {
  /** `shop/7` or `7` */
  item?: string | undefined;
  /** At least seven characters of it. */
  sha?: string | undefined;
  /** With `sha256:` or without, at least seven characters. */
  digest?: string | undefined;
}

/** Newest first. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
async function readDeployables(session: Reading, project: string): Promise<Deployable[]> {
  const contexts: DeploymentContext[] = [];
  await session.bucket(BUCKET_OF.deployment).scan((entry) => {
    const loaded = entry.value === null ? null : decodeEntry(entry);
    if (loaded?.status === 'stored') contexts.push(deploymentContextOf(loaded.stored.record));
  }, `${project}.*`);
  const artifacts = new Map(
    contexts.flatMap(artifactsIn).map((artifact) => [artifact.digest, artifact]),
  );
  return [...artifacts.values()]
    .map((artifact) => knownOf(artifact, contexts))
    .sort((one, other) => other.artifact.builtAtMs - one.artifact.builtAtMs);
}

/** @throws USAGE where none, or more than one, is meant; ACTOR_NOT_FOUND for an item that is not there */
export async function requireDeployable(
  session: Reading,
  project: string,
  wanted: Wanted,
): Promise<Deployable> {
  const known = await readDeployables(session, project);
  const given = Object.values(wanted).filter((one) => one !== undefined);
  if (given.length !== 1) {
    const message = `which version? one of --item, --sha and --digest names it; ${listOf(known)}`;
    throw new OncewardError('USAGE', message);
  }
  if (wanted.item !== undefined) return ofItem(session, { project, item: wanted.item, known });
  const found = known.filter(({ artifact }) => isMeant(artifact, wanted));
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const named = shown(wanted.sha ?? wanted.digest ?? '');
  const message =
    only === undefined
      ? `no image of ${project} is known by ${named}; ${listOf(known)}`
      : `${named} is the beginning of several: ${listOf(found)}`;
  throw new OncewardError('USAGE', message);
}

/** Where the very image was found good. */
export function passesOf({ artifact, goodIn }: Deployable): Pass[] {
  return goodIn.map((environment) => ({ environment, digest: artifact.digest }));
}

async function ofItem(
  session: Reading,
  { project, item, known }: { project: string; item: string; known: readonly Deployable[] },
): Promise<Deployable> {
  const user = parseItemAddress(item.includes('/') ? item : `${project}/${item}`);
  if (user.project !== project) {
    throw new OncewardError('USAGE', `${shown(item)} is no item of ${project}`);
  }
  const found = await requireActor(session, user);
  const { artifact } = itemContextOf(found.stored.record);
  if (artifact) {
    return known.find((one) => one.artifact.digest === artifact.digest) ?? knownOf(artifact, []);
  }
  const message = `no image of item ${project}/${user.item} is known; ${listOf(known)}`;
  throw new OncewardError('USAGE', message);
}

function isMeant({ sha, digest }: Artifact, wanted: Wanted): boolean {
  const prefix = wanted.sha ?? wanted.digest?.replace(/^sha256:/, '') ?? '';
  const whole = wanted.sha === undefined ? digest.replace(/^sha256:/, '') : sha;
  return prefix.length >= MIN_PREFIX && whole.startsWith(prefix);
}

function artifactsIn({ artifacts, release, queue }: DeploymentContext): Artifact[] {
  return [...artifacts, ...[...queue, release].flatMap((one) => one?.artifact ?? [])];
}

function knownOf(artifact: Artifact, contexts: readonly DeploymentContext[]): Deployable {
  const { digest } = artifact;
  const inThose = (isIn: (context: DeploymentContext) => boolean) =>
    contexts
      .filter(isIn)
      .map(({ environment }) => environment)
      .sort();
  return {
    artifact,
    goodIn: inThose(({ good }) => good.some((one) => one.digest === digest)),
    liveIn: inThose(({ live }) => live?.digest === digest),
  };
}

function listOf(known: readonly Deployable[]): string {
  if (known.length === 0) return 'no image is known yet: an item has to come to its stage first';
  const named = known.slice(0, MAX_NAMED).map(({ artifact, goodIn }) => {
    const good = goodIn.length === 0 ? '' : ` (good in ${goodIn.join(', ')})`;
    return `${versionWords(artifact)}${good}`;
  });
  const more = known.length > MAX_NAMED ? ` and ${known.length - MAX_NAMED} more` : '';
  return `known are ${named.join(', ')}${more}`;
}
