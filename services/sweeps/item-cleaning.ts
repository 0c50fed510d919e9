// Looks at one item's folders, finds out whether they may go, and removes those that may.
// It must never remove anything on a record or a remote that was not read just now.
import { join } from 'node:path';
import { condemn } from '../../transport/disk/condemned.ts';
import { containedPath } from '../../transport/git/contained-path.ts';
import type { Repositories, Repository } from '../../transport/git/repository.ts';
import type { Clock } from '../../transport/ports.ts';
import { type Finished, type ItemLife, type ItemRecords, lifeOfItem } from './item-life.ts';
import {
  type ItemFolders,
  type Judgement,
  judgeWorkspace,
  type LandingProof,
  needsProof,
} from './workspace-judgement.ts';

export interface CleaningOptions {
  clock: Clock;
  stateDir: string;
  records: ItemRecords;
  repositories: Repositories;
  logMaxAgeMs: number;
}

export interface ItemOnDisk extends ItemFolders {
  project: string;
  item: string;
}

/** Fetches a repository once for all items of a sweep; rejects each time where that failed. */
export type FetchOnce = (life: Finished, repository: Repository) => Promise<void>;

export function createFetchOnce(signal: AbortSignal): FetchOnce {
  const fetched = new Map<string, Promise<void>>();
  return ({ repository: url, baseBranch }, repository) => {
    const key = `${baseBranch}\n${url}`;
    const underWay = fetched.get(key) ?? repository.fetch(signal);
    fetched.set(key, underWay);
    return underWay;
  };
}

/** Judges and acts. Never throws: what could not be removed is kept, and says why. */
export async function cleanItem(
  onDisk: ItemOnDisk,
  options: CleaningOptions,
  fetchOnce: FetchOnce,
): Promise<Judgement> {
  const { clock, records, logMaxAgeMs } = options;
  const life = await lifeOfItem(records, onDisk);
  const isAsked = needsProof(life, onDisk) && life.status === 'finished';
  const proof = isAsked ? await proofOf(onDisk, life, options, fetchOnce) : null;
  const limits = { nowMs: clock.nowMs(), logMaxAgeMs };
  const judgement = judgeWorkspace({ life, folders: onDisk, proof }, limits);
  if (life.status !== 'finished') return judgement;
  try {
    await act(onDisk, { life, judgement }, options);
    return judgement;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      ...{ isWorkspaceRemoved: false, areLogsRemoved: false },
      kept: { reason: 'remove-failed', detail },
    };
  }
}

async function proofOf(
  { project, item }: ItemOnDisk,
  life: Finished,
  { repositories }: CleaningOptions,
  fetchOnce: FetchOnce,
): Promise<LandingProof> {
  const { repository: url, baseBranch } = life;
  try {
    const repository = repositories.open({ project, url, baseBranch });
    await fetchOnce(life, repository);
    const baseSha = await repository.remoteHead(baseBranch);
    if (baseSha === null) {
      return { outcome: 'remote-unread', message: `the remote has no branch "${baseBranch}"` };
    }
    const { isPresent, headSha, branchSha } = await repository.worktreeHeads(item);
    if (isPresent && headSha === null) return { outcome: 'head-unknown' };
    for (const sha of [headSha, branchSha]) {
      if (sha === null || (await isPartOf(sha, life.landedSha, repository))) continue;
      // A catch-up that nobody pushed is no work: what it merges is either in the base or found here.
      const isMissing = await repository.hasUnlandedWork(sha, baseSha);
      if (isMissing) return { outcome: 'not-landed', headSha: sha };
    }
    return { outcome: 'landed' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: 'remote-unread', message };
  }
}

/** Rebased or squashed, it is on the base under another name: then the record alone knows that it has landed. */
async function isPartOf(
  sha: string,
  landedSha: string | null,
  repository: Repository,
): Promise<boolean> {
  if (landedSha === null || sha === landedSha) return sha === landedSha;
  return repository.isAncestor(sha, landedSha).catch(() => false);
}

async function act(
  { project, item }: ItemOnDisk,
  { life, judgement }: { life: Finished; judgement: Judgement },
  { stateDir, records, repositories }: CleaningOptions,
): Promise<void> {
  const { isWorkspaceRemoved, areLogsRemoved } = judgement;
  if (!isWorkspaceRemoved && !areLogsRemoved) return;
  // The archive forgets in the end, and then the same name may be opened again.
  const again: ItemLife = await lifeOfItem(records, { project, item });
  if (again.status !== 'finished' || again.endedAtMs !== life.endedAtMs) {
    throw new Error('the item has changed meanwhile');
  }
  if (isWorkspaceRemoved) {
    const { repository: url, baseBranch } = life;
    await repositories.open({ project, url, baseBranch }).discardWorktree(item);
    await condemn(stateDir, containedPath(join(stateDir, 'runs'), project, item));
  }
  if (areLogsRemoved) await condemn(stateDir, containedPath(join(stateDir, 'logs'), project, item));
}
