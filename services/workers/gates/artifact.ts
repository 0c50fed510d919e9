// The artifact gate: a file stands, with something in it, in the pushed commit.
// It must never look into the worktree: what was not pushed does not exist.
import { fillTemplate } from '../path-template.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';

/** Up to this size a file is read, to tell one of mere blanks from a real one. */
const MAX_READ_BYTES = 65_536;

/** Passes when the file at the path template is present and more than white space. */
export async function artifactGate(
  { path: template }: { path: string },
  { job, headSha, repository }: GateSubject,
): Promise<Finding> {
  const path = fillTemplate(template, job);
  if (headSha === null) {
    return productFail('artifact-missing', `${path} is missing: nothing was pushed`);
  }
  const file = await repository.fileAt(headSha, { path, maxBytes: MAX_READ_BYTES });
  if (file === null) {
    return productFail('artifact-missing', `${path} is missing in commit ${headSha}`);
  }
  if (file.content !== null && file.content.trim() === '') {
    return productFail('artifact-empty', `${path} is empty in commit ${headSha}`);
  }
  return passed('artifact', `${path}: ${file.sizeBytes} bytes`);
}
