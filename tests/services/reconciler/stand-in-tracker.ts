// A tracker in memory. What is written is there at once; what a list shows may be held back, and calls may fail.
import type { Issue, IssueComment, Mark, Tracker } from '../../../transport/tracker/tracker.ts';
import { FINAL_MARKS } from '../../../transport/tracker/tracker.ts';

type Method = 'issues' | 'issue' | 'comments' | 'putComment' | 'putIssue' | 'mark';

/** Numbers of issues that are opened for others begin here. */
const FIRST_OWN = 100;

export interface StandInTracker extends Tracker {
  kind: Tracker['kind'];
  /** Adds an issue that asks for work, or changes one. */
  put(ref: string, change?: Partial<Issue>): Issue;
  get(ref: string): Issue;
  remove(ref: string): void;
  /** Of alice, who may decide here, unless it says otherwise. */
  say(comment: Pick<IssueComment, 'ref' | 'body' | 'createdAtMs'> & Partial<IssueComment>): void;
  /** Lists show this from now on, whatever is written; null: what is there. */
  showInLists(issues: Issue[] | null): void;
  /** Fails until it is taken back with null; `of` is a ref. */
  fail(method: Method, error: unknown, of?: string): void;
  /** `issues`, `mark 7 done`, `putComment 7 <key>`: each call in its order. */
  calls: string[];
  /** Bodies by key. */
  posted: Map<string, string>;
}

export function createStandInTracker(clock: { nowMs(): number }): StandInTracker {
  const issues = new Map<string, Issue>();
  const comments: IssueComment[] = [];
  const posted = new Map<string, string>();
  const calls: string[] = [];
  const failures = new Map<string, unknown>();
  let shown: Issue[] | null = null;

  const call = (method: Method, ref = '', more = '') => {
    calls.push([method, ref, more].filter((part) => part !== '').join(' '));
    const failure = failures.get(`${method} ${ref}`) ?? failures.get(`${method} `);
    if (failure !== undefined && failure !== null) throw failure;
  };
  const get = (ref: string): Issue => {
    const found = issues.get(ref);
    if (found === undefined) throw new Error(`there is no issue ${ref}`);
    return found;
  };
  const put: StandInTracker['put'] = (ref, change = {}) => {
    const known = issues.get(ref) ?? issueOf(ref);
    const issue = { ...known, updatedAtMs: clock.nowMs(), ...change };
    issues.set(ref, issue);
    return issue;
  };
  return {
    ...{ kind: 'github', calls, posted, get },
    put,
    remove: (ref) => void issues.delete(ref),
    say: (comment) => void comments.push(commentOf(comment, comments.length)),
    showInLists(held) {
      shown = held;
    },
    fail: (method, error, of = '') => void failures.set(`${method} ${of}`, error),
    async issues() {
      call('issues');
      const open = [...issues.values()].filter(
        ({ isOpen, isWanted, mark }) => isOpen && (isWanted || mark !== null),
      );
      return shown ?? open;
    },
    async issue(ref) {
      call('issue', ref);
      return issues.get(ref) ?? null;
    },
    async comments(sinceMs) {
      call('comments', String(sinceMs));
      return comments.filter(({ updatedAtMs }) => updatedAtMs >= sinceMs).slice(0, 1_000);
    },
    async putComment(ref, { key, body }) {
      call('putComment', ref, key);
      const before = posted.get(key);
      posted.set(key, body);
      return before === undefined ? 'created' : before === body ? 'unchanged' : 'edited';
    },
    async putIssue({ key, title, body }) {
      call('putIssue', '', key);
      const there = [...issues.values()].find((issue) => issue.body.startsWith(`<!-- ${key} -->`));
      return (
        there ?? put(String(FIRST_OWN + issues.size), { title, body: `<!-- ${key} -->\n${body}` })
      );
    },
    async mark(ref, mark: Mark) {
      call('mark', ref, mark);
      const issue = get(ref);
      const isOver = FINAL_MARKS.includes(mark);
      if (issue.mark === mark && !(isOver && issue.isWanted)) return 'unchanged';
      issue.mark = mark;
      issue.updatedAtMs = clock.nowMs();
      if (isOver) issue.isWanted = false;
      if (mark === 'done') issue.isOpen = false;
      return 'written';
    },
  };
}

function issueOf(ref: string): Issue {
  return {
    ...{ ref, item: `gh-${ref}`, url: `https://github.test/acme/shop/issues/${ref}` },
    ...{ title: `issue ${ref}`, body: 'It fails.', author: 'alice', isOpen: true },
    ...{ closedAtMs: null, isWanted: true, mark: null, priority: null, blockedBy: [] },
    ...{ labels: [], updatedAtMs: 0 },
  };
}

function commentOf(comment: Partial<IssueComment> & { createdAtMs: number }, count: number) {
  return {
    ...{ id: String(100 + count), ref: '7', isOnPullRequest: false, author: 'alice' },
    ...{ isAuthorised: true, isOwn: false, body: '', url: null, updatedAtMs: comment.createdAtMs },
    ...comment,
  };
}
