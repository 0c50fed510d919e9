// Opens the pull request of an item once it has something to show, and tells the item what has become of it.
// It must never open one for what has landed, nor beside one that is open.
import { itemAddress } from '../../../machines/address.ts';
import { isNewsOf } from '../../../machines/item/pull-request.ts';
import type { PullRequest } from '../../../transport/forge/forge.ts';
import { branchOf } from '../../../transport/git/repository.ts';
import { plainLine, postableText } from '../../workers/neutral-text.ts';
import { isOneRepository, type OutsideProject } from '../outside/outside-project.ts';
import type { ItemView } from '../records/item-views.ts';
import { apart, type OnTrouble } from './apart.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

const MAX_TITLE_CHARACTERS = 200;

export interface PullRequestStep {
  look(project: OutsideProject): Promise<void>;
}

export interface PullRequestStepOptions extends ReconcileDeps {
  /** What failed for one item; the others go on. */
  onTrouble: OnTrouble;
}

export function createPullRequestStep(options: PullRequestStepOptions): PullRequestStep {
  const { views, onTrouble } = options;
  const lookAt = async (
    project: OutsideProject,
    item: ItemView,
    listed: PullRequest | undefined,
  ): Promise<void> => {
    const { pullRequest: known } = item.context;
    if (listed !== undefined && isNews(item, listed)) return tell(options, project, item, listed);
    // One that has not changed for long may have fallen out of the list.
    if (listed === undefined && known?.state === 'open') {
      const found = await project.forge.pullRequest(branchOf(item.item));
      if (found !== null && isNews(item, found)) return tell(options, project, item, found);
    }
    if (isDue(item)) await openOne(options, project, item);
  };

  return {
    async look(project) {
      if (!project.forge.hasPullRequests) return;
      const items = views
        .active(project.name)
        .filter(({ context }) => context.headSha !== null || context.pullRequest !== null);
      if (items.length === 0) return;
      const newest = newestByHead(await project.forge.pullRequests());
      for (const item of items) {
        const about = { project: project.name, what: `pull request of ${item.item}` };
        await apart(onTrouble, about, () => lookAt(project, item, newest.get(branchOf(item.item))));
      }
    },
  };
}

function newestByHead(all: readonly PullRequest[]): Map<string, PullRequest> {
  const newest = new Map<string, PullRequest>();
  for (const one of all) {
    const other = newest.get(one.headRef);
    if (other === undefined || one.number > other.number) newest.set(one.headRef, one);
  }
  return newest;
}

/** The item would take it: one that it refuses would be told to it at every look. */
function isNews({ context }: ItemView, { number, url, state, headSha }: PullRequest): boolean {
  return isNewsOf(context, { number, url, state, headSha, by: '' });
}

/** Something was pushed, nothing has landed, and none is open; one that was closed is replaced on a person's word. */
function isDue({ state, context }: ItemView): boolean {
  const { headSha, isLanded, pullRequest } = context;
  if (headSha === null || isLanded || state === 'active.cancelling') return false;
  return pullRequest === null || replacedBy(context) !== null;
}

/** The number of the one that another one takes the place of; null where there is none, or none yet. */
function replacedBy({ pullRequest, replacedPullRequest }: ItemView['context']): number | null {
  // What was pushed after a merge is in no pull request.
  if (pullRequest?.state === 'merged') return pullRequest.number;
  return pullRequest?.state === 'closed' && replacedPullRequest === pullRequest.number
    ? replacedPullRequest
    : null;
}

async function openOne(
  options: PullRequestStepOptions,
  project: OutsideProject,
  item: ItemView,
): Promise<void> {
  const { deeds, log } = options;
  const { forge, baseBranch, name } = project;
  const headRef = branchOf(item.item);
  // What was pushed has to be seen by the forge: its view of the remote may be a moment behind.
  if ((await forge.branchHead(headRef)) === null) return;
  const draft = { ...draftOf(project, item), headRef, baseRef: baseBranch };
  const deed = { actuator: 'pullRequests', what: `open one for item ${item.item}` } as const;
  const put = await deeds.perform(project, deed, () => forge.putPullRequest(draft));
  if (put === null) return;
  const { number, url } = put.pullRequest;
  log.info({ project: name, item: item.item, number, url, outcome: put.outcome }, 'a pull request');
  await tell(options, project, item, put.pullRequest);
}

/** Nothing in it changes with time: it is written once. */
function draftOf(project: OutsideProject, { item, context }: ItemView) {
  const { origin, title, body } = context;
  const replaced = replacedBy(context);
  // One that was closed is not opened again under its key: its successor has one of its own.
  const again = replaced === null ? '' : `:after-${replaced}`;
  const isHere = origin?.tracker === 'github' && isOneRepository(project);
  // No closing word: the issue is closed when the item is done, and not when its branch is merged.
  const issue = isHere ? `For #${origin.ref}.` : origin?.url ? `For <${origin.url}>.` : '';
  const own = postableText(body.slice(0, 4_000)).trim();
  return {
    key: `${project.forgeName}#${project.name}/${item}:pull-request${again}`,
    title: plainLine(title).slice(0, MAX_TITLE_CHARACTERS) || item,
    body: [
      issue,
      own,
      `Item \`${project.name}/${item}\` of onceward: \`onceward why ${project.name}/${item}\` says where it stands.`,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  };
}

async function tell(
  { asker, log }: PullRequestStepOptions,
  project: OutsideProject,
  item: ItemView,
  found: PullRequest,
): Promise<void> {
  const { number, url, state, headSha, mergedBy, mergeSha, updatedAtMs } = found;
  const address = itemAddress(project.name, item.item);
  const by = mergedBy === null ? '' : `${project.forge.kind}:${mergedBy}`.slice(0, 200);
  const request = {
    ...{ address, type: 'pull-request' },
    // With its time: one that is opened again may be closed again, on the same commit.
    id: `${project.forgeName}#pull-request:${number}:${state}:${headSha}:${updatedAtMs}`,
    data: { number, url, state, headSha, by, ...(mergeSha === null ? {} : { mergeSha }) },
  };
  const reply = await asker.ask(request, { timeoutMs: ASK_LIMIT_MS });
  log.info({ address, number, state, outcome: reply.outcome }, 'told an item of its pull request');
}
