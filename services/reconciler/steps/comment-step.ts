// Hears what people say to us under issues and pull requests, each word once and in its order.
// It must never obey anyone who may not decide here, nor its own comments, nor what was said before the item began.
import { itemAddress } from '../../../machines/address.ts';
import { isLaterMark } from '../../../machines/outside.ts';
import { prospectsOf } from '../../../machines/prospects.ts';
import { hasCode } from '../../../transport/errors.ts';
import type { IssueComment } from '../../../transport/tracker/tracker.ts';
import { type ParsedCommand, parseCommand } from '../commands/parse.ts';
import { isFrom, isOneRepository, type OutsideProject } from '../outside/outside-project.ts';
import type { ItemView } from '../records/item-views.ts';
import { apart, type OnTrouble } from './apart.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

/** Trackers count in whole seconds, and their lists are a moment behind. */
const OVERLAP_MS = 60_000;
const SECOND_MS = 1_000;
const MARK_DIGITS = 15;
/** Strangers whose words were passed over, so that each is mentioned once. */
const MAX_PASSED_OVER = 1_000;

export interface CommentStep {
  look(project: OutsideProject): Promise<void>;
}

export interface CommentStepOptions extends ReconcileDeps {
  /** What failed for one comment; the others go on. */
  onTrouble: OnTrouble;
}

type Command = Extract<ParsedCommand, { verb: string }>;

interface Heard {
  project: OutsideProject;
  item: ItemView;
  comment: IssueComment;
}

export function createCommentStep(options: CommentStepOptions): CommentStep {
  const { views, log, onTrouble } = options;
  /** Up to when they were read, by the clock of the tracker: ours may be another. */
  const readUpToMs = new WeakMap<OutsideProject, number>();
  const passedOver = new Set<string>();
  const passOver = ({ name }: OutsideProject, { id, author }: IssueComment) => {
    const key = `${name}/${id}`;
    if (passedOver.has(key)) return;
    if (passedOver.size >= MAX_PASSED_OVER) passedOver.clear();
    passedOver.add(key);
    log.info(
      { project: name, comment: id, author },
      'a command of somebody who may not decide here',
    );
  };

  /** Returns the first comment that could not be handled. */
  const hearAll = async (
    project: OutsideProject,
    items: readonly ItemView[],
    comments: readonly IssueComment[],
  ): Promise<IssueComment | undefined> => {
    const failed = new Map<ItemView, IssueComment>();
    for (const comment of comments) {
      const item = items.find((view) => isOn(view, comment, project));
      // What was said later would be heard first, and the earlier word never.
      if (comment.isOwn || item === undefined || failed.has(item)) continue;
      if (!isLaterMark(markOf(comment), floorOf(item))) continue;
      const command = parseCommand(comment.body);
      if (command === null) continue;
      if (!comment.isAuthorised) {
        passOver(project, comment);
        continue;
      }
      const about = { project: project.name, what: `comment ${comment.id}` };
      const isHeard = await apart(onTrouble, about, () =>
        hear(options, { project, item, comment }, command),
      );
      if (!isHeard) failed.set(item, comment);
    }
    return [...failed.values()].sort((one, other) => one.updatedAtMs - other.updatedAtMs)[0];
  };

  return {
    async look(project) {
      const { name, tracker, actuators } = project;
      if (actuators.commands === 'off') return;
      const items = views.active(name).filter((view) => isHeardOf(view, project));
      if (items.length === 0) return void readUpToMs.delete(project);
      const oldestMs = Math.min(...items.map(({ context }) => context.openedAtMs));
      const upToMs = Math.max(oldestMs, readUpToMs.get(project) ?? 0);
      const comments = await tracker.comments(Math.max(0, upToMs - OVERLAP_MS));
      const failed = await hearAll(project, items, [...comments].sort(inOrder));
      // As far as they have come: there may be more than one answer holds, and what failed is read again.
      const newestMs = Math.max(upToMs, ...comments.map(({ updatedAtMs }) => updatedAtMs));
      readUpToMs.set(project, failed === undefined ? newestMs : failed.updatedAtMs);
    },
  };
}

function isHeardOf(view: ItemView, project: OutsideProject): boolean {
  return isFrom(view, project) || (isOneRepository(project) && view.context.pullRequest !== null);
}

function isOn(view: ItemView, comment: IssueComment, project: OutsideProject): boolean {
  const { origin, pullRequest } = view.context;
  if (!comment.isOnPullRequest) return isFrom(view, project) && origin?.ref === comment.ref;
  // Elsewhere the same number is another pull request.
  return isOneRepository(project) && String(pullRequest?.number ?? '') === comment.ref;
}

/** Rises with each comment, in the order of the tracker. */
function markOf({ createdAtMs, id }: Pick<IssueComment, 'createdAtMs' | 'id'>): string {
  return `${String(Math.max(0, Math.floor(createdAtMs))).padStart(MARK_DIGITS, '0')}/${id}`;
}

function floorOf({ context }: ItemView): string {
  const openedAtMs = Math.floor(context.openedAtMs / SECOND_MS) * SECOND_MS;
  const opened = String(openedAtMs).padStart(MARK_DIGITS, '0');
  const heard = context.heard?.mark ?? '';
  return isLaterMark(heard, opened) ? heard : opened;
}

function inOrder(one: IssueComment, other: IssueComment): number {
  return isLaterMark(markOf(other), markOf(one)) ? -1 : 1;
}

async function hear(deps: ReconcileDeps, heard: Heard, command: ParsedCommand): Promise<void> {
  const { project, item, comment } = heard;
  if ('problem' in command) {
    // In shadow nobody was asked to speak to us.
    return project.actuators.commands === 'enforce'
      ? answer(deps, heard, command.problem)
      : undefined;
  }
  const { asker, deeds, log, views } = deps;
  const address = itemAddress(project.name, item.item);
  const by = `${project.tracker.kind}:${comment.author}`.slice(0, 200);
  const { verb, text } = command;
  const request = {
    ...{ address, type: 'heard', id: `${project.trackerName}#comment:${comment.id}` },
    data: { by, verb, text, mark: markOf(comment) },
  };
  const deed = { actuator: 'commands', what: `${verb} of ${by} for item ${item.item}` } as const;
  const reply = await deeds.perform(project, deed, () =>
    asker.ask(request, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply === null || reply.outcome === 'refused' || reply.isRepeat) return;
  log.info({ address, verb, by, comment: comment.id }, 'heard a command');
  // By now the event it stands for was decided: it was performed before the answer.
  const after = await views.item(project.name, item.item);
  if (after === null || after.isFinished || after.revision !== reply.revision) return;
  await answer(deps, heard, refusalOf(command, after, deps.clock.nowMs()));
}

function refusalOf({ verb }: Command, { state, stored }: ItemView, nowMs: number): string {
  const verbs = prospectsOf(stored, nowMs).accepts.map(({ type }) => type);
  const possible = VERBS.filter((one) => verbs.includes(one)).map((one) => `\`/onceward ${one}\``);
  const instead = possible.length === 0 ? 'nothing' : possible.join(', ');
  return `\`/onceward ${verb}\` changed nothing: the item is \`${state}\`, and takes ${instead} now.`;
}

const VERBS = ['approve', 'reject', 'retry', 'resume', 'cancel', 'pause'];

/** For whoever has said it. Nobody is told twice: the comment is known by that of theirs. */
async function answer(
  { deeds, log }: ReconcileDeps,
  { project, comment, item }: Heard,
  text: string,
): Promise<void> {
  const { tracker, trackerName } = project;
  const ref = comment.isOnPullRequest ? item.context.origin?.ref : comment.ref;
  if (ref === undefined) return;
  const draft = { key: `${trackerName}#answer:${comment.id}`, body: text };
  const deed = { actuator: 'comments', what: `answer comment ${comment.id}` } as const;
  try {
    await deeds.perform(project, deed, () => tracker.putComment(ref, draft));
  } catch (error) {
    // A conversation that is locked stays so: the word was heard, whether it can be answered or not.
    if (!hasCode(error, 'OUTSIDE_REFUSED')) throw error;
    log.warn({ project: project.name, comment: comment.id, err: error }, 'not answered');
  }
}
