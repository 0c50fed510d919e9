// Shows on an issue of GitHub where its item stands: one label of ours at a time.
// It must never take away a label that is not ours, but the one that asked for work once that is over.
import { OncewardError } from '../errors.ts';
import { isRefusedWith } from '../github/failure.ts';
import { hasLabel, labelNames, markLabel, markLabels } from './github-issue.ts';
import { type IssueSource, readRaw } from './github-listing.ts';
import { FINAL_MARKS, type Mark } from './tracker.ts';

export interface MarkPlace extends IssueSource {
  closeWhenDone: boolean;
  /** Labels that are known to exist. */
  made: Set<string>;
}

const LABELS: Record<Mark, { color: string; description: string }> = {
  active: { color: '1d76db', description: 'onceward is working on it' },
  approval: { color: 'fbca04', description: 'waits for a decision of a person' },
  parked: { color: 'd93f0b', description: 'stopped, and waits for a person' },
  done: { color: '0e8a16', description: 'done, and seen on the base branch' },
  failed: { color: 'b60205', description: 'given up' },
  cancelled: { color: 'cfd3d7', description: 'called off' },
};

export async function markIssue(
  place: MarkPlace,
  ref: string,
  mark: Mark,
): Promise<'written' | 'unchanged'> {
  const issue = await readRaw(place, ref);
  if (issue === null) {
    const { owner, repo } = place.repository;
    throw new OncewardError('OUTSIDE_REFUSED', `${owner}/${repo} has no issue ${ref} to mark`);
  }
  const names = labelNames(issue);
  const label = markLabel(place.labels, mark);
  const isFinal = FINAL_MARKS.includes(mark);
  const ours = isFinal
    ? [...markLabels(place.labels), place.labels.intake]
    : markLabels(place.labels);
  const stale = names.filter((name) => hasLabel(ours, name) && !hasLabel([label], name));
  const isMissing = !hasLabel(names, label);
  const closes = mark === 'done' && place.closeWhenDone && issue.state === 'open';
  if (!isMissing && stale.length === 0 && !closes) return 'unchanged';
  if (isMissing) await makeLabel(place, mark);
  const { octokit } = place.client;
  const target = { ...place.repository, issue_number: issue.number };
  if (isFinal) {
    // One write: an issue that is still wanted, but marked as over, would be taken up again.
    await octokit.rest.issues.update({
      ...target,
      labels: [...names.filter((name) => !hasLabel(ours, name)), label],
      ...(closes ? { state: 'closed', state_reason: 'completed' } : {}),
    });
    return 'written';
  }
  // Added and taken away one by one: a label that a person sets meanwhile stays.
  if (isMissing) await octokit.rest.issues.addLabels({ ...target, labels: [label] });
  for (const name of stale) {
    await ignoring(404, octokit.rest.issues.removeLabel({ ...target, name }));
  }
  return 'written';
}

/** A label that GitHub makes by itself has no colour and does not say what it is. */
async function makeLabel({ client, repository, labels, made }: MarkPlace, mark: Mark) {
  const name = markLabel(labels, mark);
  if (made.has(name)) return;
  const { issues } = client.octokit.rest;
  const isThere = await ignoring(404, issues.getLabel({ ...repository, name }));
  // 422: somebody else was faster. 403: who may label may not always make labels.
  if (!isThere) {
    await ignoring([403, 404, 422], issues.createLabel({ ...repository, name, ...LABELS[mark] }));
  }
  made.add(name);
}

/** False when it was refused with one of these statuses. */
async function ignoring(status: number | number[], request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (isRefusedWith(error, ...[status].flat())) return false;
    throw error;
  }
}
