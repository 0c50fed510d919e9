// Hears what people say to us under issues and pull requests, each word once and in its order.
// It must never obey anyone who may not decide here, nor its own comments, nor what was said before the item began.
import { itemAddress } from '../../machines/address.ts';
import { isLaterMark } from '../../machines/outside.ts';
import { prospectsOf } from '../../machines/prospects.ts';
import type { IssueComment } from '../../transport/tracker/tracker.ts';
import { type ParsedCommand, parseCommand } from './commands/parse.ts';
import { isFrom } from './issue-step.ts';
import type { ItemView } from './item-views.ts';
import type { OutsideProject } from './outside-project.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

/** Clocks of trackers are read in whole seconds, and lists are a moment behind. */
const OVERLAP_MS = 60_000;
const SECOND_MS = 1_000;
const MARK_DIGITS = 15;
/** As much as a tracker returns at once. */
const MAX_READ = 1_000;
/** Strangers whose words were passed over, so that each is mentioned once. */
const MAX_PASSED_OVER = 1_000;

export interface CommentStep {
  look(project: OutsideProject): Promise<void>;
}

type Command = Extract<ParsedCommand, { verb: string }>;

interface Heard {
  project: OutsideProject;
  item: ItemView;
  comment: IssueComment;
}

export function createCommentStep(deps: ReconcileDeps): CommentStep {
  const { views, clock, log } = deps;
  const readUpToMs = new Map<string, number>();
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

  return {
    async look(project) {
      const { name, tracker } = project;
      const items = views.active(name).filter((view) => isHeardOf(view, project));
      if (items.length === 0) return void readUpToMs.delete(name);
      const oldestMs = Math.min(...items.map(({ context }) => context.openedAtMs));
      const sinceMs = Math.max(oldestMs, readUpToMs.get(name) ?? 0) - OVERLAP_MS;
      const askedAtMs = clock.nowMs();
      const comments = [...(await tracker.comments(Math.max(0, sinceMs)))].sort(inOrder);
      for (const comment of comments) {
        if (comment.isOwn) continue;
        const item = items.find((view) => isOn(view, comment));
        if (item === undefined || !isLaterMark(markOf(comment), floorOf(item))) continue;
        const command = parseCommand(comment.body);
        if (command === null) continue;
        if (!comment.isAuthorised) passOver(project, comment);
        else await hear(deps, { project, item, comment }, command);
      }
      // Only once all of them were handled: what failed is read again. There may be more than one reading takes.
      const isAll = comments.length < MAX_READ;
      const lastMs = Math.max(0, ...comments.map(({ updatedAtMs }) => updatedAtMs));
      readUpToMs.set(name, isAll ? askedAtMs : lastMs);
    },
  };
}

function isHeardOf(view: ItemView, project: OutsideProject): boolean {
  return isFrom(view, project) || view.context.pullRequest !== null;
}

function isOn({ context }: ItemView, { ref, isOnPullRequest }: IssueComment): boolean {
  if (isOnPullRequest) return String(context.pullRequest?.number ?? '') === ref;
  return context.origin?.ref === ref;
}

/** Rises with each comment, in the order of the tracker. */
function markOf({ createdAtMs, id }: Pick<IssueComment, 'createdAtMs' | 'id'>): string {
  return `${String(Math.max(0, Math.floor(createdAtMs))).padStart(MARK_DIGITS, '0')}/${id}`;
}

function floorOf({ context }: ItemView): string {
  const openedAtMs = Math.floor(context.openedAtMs / SECOND_MS) * SECOND_MS;
  const opened = String(openedAtMs).padStart(MARK_DIGITS, '0');
  const { heard } = context;
  return heard !== null && isLaterMark(heard.mark, opened) ? heard.mark : opened;
}

function inOrder(one: IssueComment, other: IssueComment): number {
  return isLaterMark(markOf(other), markOf(one)) ? -1 : 1;
}

async function hear(deps: ReconcileDeps, heard: Heard, command: ParsedCommand): Promise<void> {
  if ('problem' in command) return answer(deps, heard, command.problem);
  const { project, item, comment } = heard;
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
  { deeds }: ReconcileDeps,
  { project, comment, item }: Heard,
  text: string,
): Promise<void> {
  const { tracker, trackerName } = project;
  const ref = comment.isOnPullRequest ? item.context.origin?.ref : comment.ref;
  if (ref === undefined) return;
  const draft = { key: `${trackerName}#answer:${comment.id}`, body: text };
  const deed = { actuator: 'comments', what: `answer comment ${comment.id}` } as const;
  await deeds.perform(project, deed, () => tracker.putComment(ref, draft));
}
