// Compares the commit with the base and with what is live: whether it may come here, and whether it needs to.
// It must never take what it cannot compare for something that is there already.
import type { Deployed } from '../../../../machines/deployment/context.ts';
import type { Repository } from '../../../../transport/git/repository.ts';
import { globMatcher } from '../../gates/glob.ts';
import { releaseIn } from '../deploy-facts.ts';
import type { DeployStep } from '../deploy-step.ts';

interface Assessment {
  isOnBase: boolean;
  isContained: boolean;
  isNeeded: boolean;
  reason: string;
}

export async function assess(step: DeployStep): Promise<boolean> {
  const { lease, repository } = step;
  lease.advance(1, 'fetching the repository');
  await repository.fetch(lease.signal);
  lease.advance(1, 'comparing the commit with what is live');
  return lease.report('assessed', { ...(await assessmentOf(step)) });
}

async function assessmentOf({ reading, rules, repository }: DeployStep): Promise<Assessment> {
  const { baseBranch } = repository;
  const { sha } = releaseIn(reading.context);
  const base = await repository.remoteHead(baseBranch);
  const isOnBase = base !== null && (await repository.isAncestor(sha, base));
  const short = sha.slice(0, 12);
  if (!isOnBase) {
    const reason = `${short} is not on ${baseBranch}: only what has landed is deployed`;
    return { isOnBase, isContained: false, isNeeded: true, reason };
  }
  const { live } = reading.context;
  // It may have been rewritten away: then nothing is known of it.
  const isKnown = live !== null && (await repository.isAncestor(live.sha, live.sha));
  if (!isKnown) {
    const reason = live === null ? 'nothing is live' : `${live.sha} is live, and is no commit here`;
    return { isOnBase, isContained: false, isNeeded: true, reason };
  }
  const isContained = await repository.isAncestor(sha, live.sha);
  const wanted = rules.when?.paths ?? [];
  const changed = await firstChange({ repository, live, sha, wanted });
  const isNeeded = wanted.length === 0 || changed !== null;
  const since = live.sha.slice(0, 12);
  const reason = isNeeded
    ? `${changed ?? short} differs from ${since}, which is live`
    : `nothing in ${wanted.join(', ')} differs from ${since}, which is live`;
  return { isOnBase, isContained, isNeeded, reason: reason.slice(0, MAX_REASON_CHARACTERS) };
}

const MAX_REASON_CHARACTERS = 2_000;

/** One of the paths that differ; null when none does. Too many to be listed are taken for one. */
async function firstChange({
  repository,
  live,
  sha,
  wanted,
}: {
  repository: Repository;
  live: Deployed;
  sha: string;
  wanted: readonly string[];
}): Promise<string | null> {
  if (wanted.length === 0) return null;
  const changes = await repository.changesBetween(live.sha, sha);
  if (changes === null) return 'more than can be listed';
  const matchers = wanted.map(globMatcher);
  return changes.find(({ path }) => matchers.some((matches) => matches(path)))?.path ?? null;
}
