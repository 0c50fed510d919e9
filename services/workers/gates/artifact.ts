// The artifact gate: files stand, with something in them, in the pushed commit.
// It must never look into the worktree: what was not pushed does not exist.
import { oneLine } from '../../../machines/one-line.ts';
import type { TreeEntry } from '../../../transport/git/tree-listing.ts';
import { fillTemplate } from '../path-template.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';
import { folderOfGlob, globMatcher, isGlob } from './glob.ts';
import { problemList } from './problem-list.ts';

interface ArtifactGate {
  path: string;
  min?: number | undefined;
}

/** Up to this size a file is read, to tell one of mere blanks from a real one. */
const MAX_READ_BYTES = 65_536;
/** Of all files together, the smallest first. What is beyond counts as more than blanks. */
const MAX_READ_ALTOGETHER_BYTES = 33_554_432;

/** Passes when enough files are at the path template, each a regular one and more than white space. */
export async function artifactGate(gate: ArtifactGate, subject: GateSubject): Promise<Finding> {
  const path = fillTemplate(gate.path, subject.job);
  const { headSha } = subject;
  if (headSha === null) {
    return productFail('artifact-missing', `${path} is missing: nothing was pushed`);
  }
  return isGlob(path)
    ? manyFiles({ path, min: gate.min ?? 1 }, headSha, subject)
    : oneFile(path, headSha, subject);
}

async function oneFile(path: string, headSha: string, { repository }: GateSubject) {
  const file = await repository.fileAt(headSha, { path, maxBytes: MAX_READ_BYTES });
  if (file === null) {
    return productFail('artifact-missing', `${path} is missing in commit ${headSha}`);
  }
  if (file.content !== null && file.content.trim() === '') {
    return productFail('artifact-empty', `${path} is empty in commit ${headSha}`);
  }
  return passed('artifact', `${path}: ${file.sizeBytes} bytes`);
}

async function manyFiles(
  { path: glob, min }: { path: string; min: number },
  headSha: string,
  { repository }: GateSubject,
): Promise<Finding> {
  const folder = folderOfGlob(glob);
  const listed = await repository.filesUnder(headSha, { folder });
  if (listed === null) {
    return productFail('artifact-uncounted', `"${folder}/" has more files than can be listed`);
  }
  const isMatch = globMatcher(glob);
  const matches = listed.filter(({ path }) => isMatch(path));
  const expected = `expected at least ${min === 1 ? 'one file' : `${min} files`}`;
  if (matches.length < min) {
    const names = matches.slice(0, 10).map(({ path }) => path);
    const found = oneLine(`found ${matches.length} ${names.join(', ')}`).trim();
    const what = `${glob}: ${expected}, ${found} in commit ${headSha}`;
    return productFail('artifact-missing', what);
  }
  const links = matches.filter(({ isFile }) => !isFile);
  const blank = await blankFiles(matches, repository);
  if (links.length + blank.length === 0) {
    return passed('artifact', `${glob}: ${matches.length} files`);
  }
  const problems = [
    ...links.map(({ path }) => problem(path, 'is a link, expected a regular file')),
    ...blank.map(({ path }) => problem(path, 'is empty, expected more than white space')),
  ];
  return productFail(
    links.length > 0 ? 'artifact-not-file' : 'artifact-empty',
    problemList(problems),
  );
}

async function blankFiles(
  matches: readonly TreeEntry[],
  repository: GateSubject['repository'],
): Promise<TreeEntry[]> {
  let readBytes = 0;
  const read = matches
    .filter(({ isFile, sizeBytes }) => isFile && sizeBytes <= MAX_READ_BYTES)
    .toSorted((one, other) => one.sizeBytes - other.sizeBytes)
    .filter(({ sizeBytes }) => {
      readBytes += sizeBytes;
      return readBytes <= MAX_READ_ALTOGETHER_BYTES;
    });
  const contents = await repository.contentsOf(read.map(({ oid }) => oid));
  return read.filter(({ oid }) => contents.get(oid)?.trim() === '');
}

function problem(path: string, message: string) {
  return { path, line: null, message };
}
