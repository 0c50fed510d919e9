// `onceward discard`: removes what this machine keeps of a finished item, after showing what would be lost.
// It must never touch an item that goes on, nor a branch of the remote.
import { join } from 'node:path';
import { stateName } from '../../../machines/record.ts';
import { itemContextOf } from '../../../machines/typed-context.ts';
import { condemn } from '../../../transport/disk/condemned.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { containedPath } from '../../../transport/git/contained-path.ts';
import { createGit } from '../../../transport/git/git.ts';
import { createRepositories, type Repository } from '../../../transport/git/repository.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { withSession } from '../../queries/session.ts';
import { parseItemAddress } from '../../queries/user-address.ts';
import { readLoss, type WorkspaceLoss } from '../../queries/workspace-loss.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';

export interface DiscardInput {
  address: string;
  isDryRun: boolean;
  /** Nobody is asked. */
  isConfirmed: boolean;
}

type Outcome = 'would-discard' | 'discarded' | 'kept' | 'nothing-here';

interface Found {
  project: string;
  item: string;
  state: string;
  repository: Repository;
}

const MEBIBYTE = 1_048_576;

/** @throws EVENT_REFUSED while the item goes on, ACTOR_NOT_FOUND, USAGE, GIT_FAILED, PATH_REFUSED */
export async function discard(context: CommandContext, input: DiscardInput): Promise<number> {
  const found = await findFinished(context, input.address);
  const loss = await readLoss(context.stateDirectory, found, found.repository);
  if (!loss.hasWorktree && !loss.hasRuns) return report(context, found, loss, 'nothing-here');
  if (input.isDryRun) return report(context, found, loss, 'would-discard');
  if (!(await isWanted(context, found, { loss, isConfirmed: input.isConfirmed }))) {
    report(context, found, loss, 'kept');
    return EXIT.error;
  }
  // It may have been opened anew, or by another name of the same, while somebody thought about it.
  await findFinished(context, input.address);
  await found.repository.discardWorktree(found.item);
  const { stateDirectory } = context;
  await condemn(
    stateDirectory,
    containedPath(join(stateDirectory, 'runs'), found.project, found.item),
  );
  return report(context, found, loss, 'discarded');
}

async function findFinished(context: CommandContext, address: string): Promise<Found> {
  const user = parseItemAddress(address);
  const { project, item } = user;
  const actor = await withSession(context, (session) => requireActor(session, user));
  const { record } = actor.stored;
  const state = stateName(record.state);
  if (!actor.isFinished) {
    const message = `${project}/${item} is ${state} still: cancel it first, or let it end`;
    throw new OncewardError('EVENT_REFUSED', message, { details: { reason: 'not-now' } });
  }
  const { repository: url, baseBranch } = itemContextOf(record).pipeline;
  const repositories = createRepositories({
    git: createGit(context.variables),
    stateDir: context.stateDirectory,
  });
  return { project, item, state, repository: repositories.open({ project, url, baseBranch }) };
}

async function isWanted(
  { ask, err }: CommandContext,
  found: Found,
  { loss, isConfirmed }: { loss: WorkspaceLoss; isConfirmed: boolean },
): Promise<boolean> {
  if (isConfirmed) return true;
  const [first, ...others] = lossLines(found, loss);
  if (ask === null) {
    const message = `${first}; confirm it with --yes, or look with --dry-run`;
    throw new OncewardError('USAGE', message);
  }
  for (const line of [first ?? '', ...others]) err.line(line);
  return /^\s*y(es)?\s*$/i.test(await ask('discard it? [y/N] '));
}

function report(
  context: CommandContext,
  { project, item, state }: Found,
  loss: WorkspaceLoss,
  outcome: Outcome,
): number {
  const address = `${project}/${item}`;
  printDocument(context, { address, state, outcome, ...loss }, () => [
    ...(outcome === 'nothing-here' ? [] : lossLines({ project, item, state }, loss)),
    `${address}: ${WORDS[outcome]}`,
  ]);
  return EXIT.done;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  'would-discard': 'would be discarded',
  discarded: 'discarded; the branch on the remote is left alone',
  kept: 'nothing was done',
  'nothing-here': 'nothing of it is in this state directory',
};

function lossLines(
  { project, item, state }: Omit<Found, 'repository'>,
  { headSha, unpushedCommits, changedFiles, bytes, remoteProblem }: WorkspaceLoss,
): string[] {
  const files = changedFiles === null ? 'an unknown number of' : String(changedFiles);
  const head = headSha === null ? 'no head that can be read' : `head ${headSha}`;
  return [
    `${project}/${item} (${state}): ${unpushedCommits} unpushed commits and ${files} changed files, ${head}, ` +
      `${Math.ceil(bytes / MEBIBYTE)} MiB`,
    ...(remoteProblem === null ? [] : [`the remote could not be read: ${remoteProblem}`]),
  ];
}
