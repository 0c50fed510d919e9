// The touches gate: who changes one thing changes what belongs to it, too; code with its docs.
// It must never charge the branch with what the base has changed since they parted.
import { posix } from 'node:path';
import { fillTemplate } from '../path-template.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';
import { globMatcher, isGlob } from './glob.ts';
import { problemList } from './problem-list.ts';

interface TouchesGate {
  when: readonly string[];
  require: readonly string[];
}

/**
 * Passes when the branch changes nothing under `when`, or else writes a file matching each entry
 * of `require`. Taking a file away, or its mode alone, is a change under `when` but writes nothing.
 */
export async function touchesGate(
  { when, require }: TouchesGate,
  { job, headSha, baseSha, repository }: GateSubject,
): Promise<Finding> {
  if (headSha === null) return passed('touches', 'nothing was pushed');
  const parted = (await repository.mergeBase(headSha, baseSha)) ?? baseSha;
  const changes = await repository.changesBetween(parted, headSha);
  if (changes === null) {
    return productFail('touches', `commit ${headSha} changes more files than can be listed`);
  }
  const filled = (globs: readonly string[]) => globs.map((glob) => fillTemplate(glob, job));
  const isAsking = filled(when).map(placeMatcher);
  const asking = changes.filter(({ path }) => isAsking.some((matches) => matches(path)));
  if (asking.length === 0) return passed('touches', `nothing under ${when.join(', ')} is changed`);
  const written = changes.filter(({ isWritten }) => isWritten);
  const missing = filled(require).filter((glob) => {
    const matches = placeMatcher(glob);
    return !written.some(({ path }) => matches(path));
  });
  if (missing.length === 0) return passed('touches', `${require.join(', ')}: written`);
  const others = asking.length === 1 ? '' : ` and ${asking.length - 1} more`;
  const message = `not written by this branch; expected, as it changes ${asking[0]?.path}${others}`;
  const problems = missing.map((path) => ({ path, line: null, message }));
  return productFail('touches', problemList(problems));
}

// A folder that is named without a wildcard means what is in it; as a name alone it would match nothing.
function placeMatcher(glob: string): (path: string) => boolean {
  if (isGlob(glob)) return globMatcher(glob);
  const place = posix.normalize(glob).replace(/\/$/, '');
  return (path) => path === place || path.startsWith(`${place}/`);
}
