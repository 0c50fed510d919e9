// What the services ask of a tracker: which issues ask for work, what people say on them, and what is written back.
// Types only. An adapter reads the truth; it must never decide what becomes of an item.

/** Where an item stands, as it is shown in the tracker. The last three are final. */
export type Mark = 'active' | 'approval' | 'parked' | 'done' | 'failed' | 'cancelled';

export const FINAL_MARKS: readonly Mark[] = ['done', 'failed', 'cancelled'];

/** Where the tracker has one; smaller is more urgent. */
export type Priority = 0 | 1 | 2 | 3;

export interface Issue {
  /** How the tracker calls it within its project: `12`, a UUID, a file name without its ending. 1 to 64 characters. */
  ref: string;
  /** The item for it, an identifier: `gh-12`, `SHOP-12`, `fix-login`. The same for as long as the issue exists. */
  item: string;
  /** For people; null where it has no address. */
  url: string | null;
  title: string;
  body: string;
  /** Login, or display name where the tracker has no logins. */
  author: string;
  isOpen: boolean;
  /** Epoch milliseconds; null while it is open. */
  closedAtMs: number | null;
  /** It has the label, or is in the state, by which work is asked for. */
  isWanted: boolean;
  /** What was marked on it last; null when nothing is. */
  mark: Mark | null;
  priority: Priority | null;
  /** What it waits for, as the tracker says it: refs or counts, in words. Empty when nothing holds it up. */
  blockedBy: readonly string[];
  /** As they were when it was read, ours among them; at most 64. */
  labels: readonly string[];
  /** Epoch milliseconds. */
  updatedAtMs: number;
}

export interface IssueDraft {
  /** Recognises a repeat. 1 to 400 characters. */
  key: string;
  /** What it is called where people name issues; an identifier of at most 60 characters. */
  name: string;
  title: string;
  /** Markdown without the marker, which the adapter adds where it needs one. */
  body: string;
}

export interface IssueComment {
  /** Unique within the tracker. */
  id: string;
  /** The issue it stands on, or the pull request, which is told by `onPullRequest`. */
  ref: string;
  isOnPullRequest: boolean;
  author: string;
  /** Written by a person who may decide here. Programs may not, unless they are listed as commanders. */
  isAuthorised: boolean;
  /** Ours: it carries a marker of ours. */
  isOwn: boolean;
  body: string;
  url: string | null;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface CommentDraft {
  /** Recognises a repeat: whatever was posted under this key before is edited. 1 to 400 characters. */
  key: string;
  /** Markdown without the marker, which the adapter adds. */
  body: string;
  /** A write of somebody who is gone may have come late: others with this key are looked for. Defaults to false. */
  isDoubted?: boolean;
}

export interface Tracker {
  readonly kind: 'folder' | 'github' | 'plane';
  /**
   * Every issue that is open and wanted or marked, most urgent first, at most 1 000. Answers from memory what has
   * not changed. @throws OUTSIDE_UNAVAILABLE, RATE_LIMITED, OUTSIDE_REFUSED
   */
  issues(): Promise<readonly Issue[]>;
  /** One issue as it is now, open or closed; null when there is none. @throws as `issues` */
  issue(ref: string): Promise<Issue | null>;
  /** Comments of all issues written or edited since then, oldest first, at most 1 000. @throws as `issues` */
  comments(sinceMs: number): Promise<readonly IssueComment[]>;
  /**
   * Makes the comment with this key say this. Whatever dies in between, one is left: repeating it edits, and
   * removes a second one that a lost answer has left. @throws as `issues`
   */
  putComment(ref: string, draft: CommentDraft): Promise<'created' | 'edited' | 'unchanged'>;
  /**
   * Opens an issue that asks for work, once for each key: repeating it finds the one there is, whatever has become of
   * it. Missing where no issues are opened. @throws as `issues`
   */
  putIssue?(draft: IssueDraft): Promise<Issue>;
  /**
   * Shows where the item stands. A final mark also takes away what asked for work, in the same write, and
   * `done` closes the issue. Repeating it is harmless. @throws as `issues`
   */
  mark(ref: string, mark: Mark): Promise<'written' | 'unchanged'>;
}
