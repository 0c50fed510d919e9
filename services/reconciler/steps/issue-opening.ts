// Opens the item of an issue, under an id that is the same for whoever sees the same issue.
// It must never open another item for an issue on what a list has said a while ago.
import { itemAddress } from '../../../machines/address.ts';
import { MAX_BODY_BYTES } from '../../../machines/item/events.ts';
import type { Issue } from '../../../transport/tracker/tracker.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { Former } from './former-items.ts';
import { itemNameOf } from './issue-decision.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

const MAX_TITLE_CHARACTERS = 500;
const MAX_NAME_CHARACTERS = 200;
const MAX_LABEL_CHARACTERS = 100;

export interface Opening {
  project: OutsideProject;
  issue: Issue;
  former: Former;
  /** There was an item for it before. */
  isAgain: boolean;
}

/** `there`: whoever looked at the same time has opened it; a reason in words where it was not opened. */
export type Opened = 'opened' | 'there' | { reason: string };

export async function openItem(deps: ReconcileDeps, opening: Opening): Promise<Opened> {
  const { asker, deeds, log } = deps;
  const { project, issue, former, isAgain } = opening;
  const item = itemNameOf(issue, former.next);
  const address = itemAddress(project.name, item);
  const what = `open item ${item} for issue ${issue.ref}`;
  const reply = await deeds.perform(project, { actuator: 'intake', what }, async () => {
    if (isAgain) await takeUp(opening);
    return asker.ask(eventOf(opening, address), { timeoutMs: ASK_LIMIT_MS });
  });
  if (reply === null) return { reason: `actuators.intake is ${project.actuators.intake}` };
  if (reply.outcome === 'applied') {
    log.info({ address, ref: issue.ref, url: issue.url }, 'opened an item for an issue');
    return 'opened';
  }
  if (reply.reason === 'not-now' || reply.reason === 'finished') return 'there';
  return { reason: `item ${item} was not opened: ${reply.message}` };
}

/**
 * First what asked for it again is taken off the issue. The other way round, an item that ends before its mark was
 * written would look as if it had been asked for once more, and so would the next one.
 */
async function takeUp({ project, issue, former }: Opening): Promise<void> {
  if (former.isTakenUp) return;
  await project.tracker.mark(issue.ref, 'active');
  former.isTakenUp = true;
}

function eventOf({ project, issue, former }: Opening, address: string) {
  const { trackerName: source, tracker } = project;
  const { ref, url, author, priority, labels } = issue;
  return {
    ...{ address, type: 'open', id: `${source}#${ref}:open:${former.next}` },
    data: {
      title: issue.title.slice(0, MAX_TITLE_CHARACTERS) || ref,
      body: bounded(issue.body),
      by: `${tracker.kind}:${author || 'nobody'}`.slice(0, MAX_NAME_CHARACTERS),
      origin: {
        ...{ tracker: tracker.kind, source, ref, url, priority },
        author: author.slice(0, MAX_NAME_CHARACTERS),
        labels: labels.map((label) => label.slice(0, MAX_LABEL_CHARACTERS)),
      },
    },
  };
}

function bounded(body: string): string {
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
  const note = '\n\n[cut here: the issue says more]';
  // A character has four bytes at most, and half of one is no text.
  const kept = Buffer.from(body).subarray(0, MAX_BODY_BYTES - note.length - 4);
  return kept.toString('utf8').replace(/\ufffd+$/, '') + note;
}
