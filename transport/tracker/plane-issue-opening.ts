// Opens a work item in a Plane project that asks for work: one for each external id, which the server keeps unique.
// It must never take one that a person has made for ours.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OncewardError } from '../errors.ts';
import { hasStatus } from '../plane/client.ts';
import { markdownToHtml } from '../plane/rich-text.ts';
import type { PlaneIssues } from './plane-issues.ts';
import { type MarkRules, stateNamed } from './plane-marks.ts';
import { type PlanePlace, type PlaneProject, projectRequest } from './plane-project.ts';
import type { Issue, IssueDraft } from './tracker.ts';

const SOURCE = 'onceward';
/** What Plane takes for a name is 255. */
const MAX_TITLE_CHARACTERS = 200;
const answer = z.looseObject({ id: z.string() });

export async function putPlaneIssue(
  { key, title, body }: IssueDraft,
  about: { place: PlanePlace; issues: PlaneIssues; project: PlaneProject; rules: MarkRules },
): Promise<Issue> {
  const { place, issues, project, rules } = about;
  const external = {
    external_source: SOURCE,
    external_id: createHash('sha256').update(key).digest('hex'),
  };
  const asking =
    rules.state === undefined
      ? { labels: [(await project.label(rules.label)).id] }
      : { state: stateNamed(await project.facts(), rules.state).id };
  const written = {
    name: title.slice(0, MAX_TITLE_CHARACTERS),
    description_html: markdownToHtml(body) || '<p></p>',
  };
  const request = { path: ['work-items'], body: { ...written, ...asking, ...external }, answer };
  const ref = await place.client
    .ask(projectRequest(place, { method: 'POST', ...request }))
    .then(({ id }) => id, alreadyThere);
  const issue = await issues.one(ref);
  if (issue !== null) return issue;
  throw new OncewardError('OUTSIDE_REFUSED', `plane: work item ${ref} was archived or removed`);
}

/** The id of the one that has this external id already. */
function alreadyThere(error: unknown): string {
  const id = hasStatus(error, 409) ? error.details['id'] : undefined;
  if (typeof id === 'string') return id;
  throw error;
}
