// The adr gate: the decision records of a folder, as they are in the pushed commit.
// It must never judge by the worktree, nor by what the base has become since the branch left it.
import { posix } from 'node:path';
import type { TreeEntry } from '../../../transport/git/tree-listing.ts';
import { fillTemplate } from '../path-template.ts';
import { type AdrRecord, readAdr } from './adr-record.ts';
import { type AdrFolder, adrProblems, isDecided } from './adr-rules.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';
import { linkedPath } from './linked-path.ts';
import { type Link, linksOf, proseOf } from './markdown.ts';
import { type Problem, problemList } from './problem-list.ts';

interface AdrGate {
  path: string;
  index: string;
  template?: string | undefined;
}

interface ReadFolder {
  records: AdrRecord[];
  /** Null when there is none. */
  index: Link[] | null;
  problems: Problem[];
}

const MAX_RECORDS = 1_000;
const MAX_FILE_BYTES = 65_536;
const MAX_LINKS = 10_000;
/** Of a link, in a message. */
const MAX_QUOTED = 100;

/** Passes when the records keep the rules of adr-rules.ts, and their links lead to files of the commit. */
export async function adrGate(gate: AdrGate, subject: GateSubject): Promise<Finding> {
  const { job, headSha, baseSha, repository } = subject;
  const folder = posix.normalize(fillTemplate(gate.path, job)).replace(/\/$/, '');
  const sha = headSha ?? baseSha;
  const parted = (await repository.mergeBase(sha, baseSha)) ?? baseSha;
  const place = { ...gate, folder };
  const now = await readFolder(sha, place, repository);
  const before = parted === sha ? now : await readFolder(parted, place, repository);
  if (typeof now === 'string') return productFail('adr', now);
  // What the base holds is not this branch's fault: of a folder beyond reading nothing is known.
  const decidedThen = typeof before === 'string' ? [] : before.records.filter(isDecided);
  const decided = new Map(decidedThen.map((record) => [record.path, record]));
  const indexPath = posix.join(folder, gate.index);
  const index = { path: indexPath, links: now.index ?? [] };
  const all: AdrFolder = { records: now.records, index, decided };
  const problems = [
    ...now.problems,
    ...(now.index === null ? [missingIndex(indexPath)] : []),
    ...adrProblems(all),
    ...(await linkProblems(all, { sha, parted }, repository)),
  ];
  if (problems.length > 0) return productFail('adr', problemList(problems));
  return passed('adr', `${folder}: ${now.records.length} records`);
}

type Reader = GateSubject['repository'];

async function readFolder(
  sha: string,
  { folder, index, template }: AdrGate & { folder: string },
  repository: Reader,
): Promise<ReadFolder | string> {
  const isRoot = folder === '.';
  const listed = await repository.filesUnder(sha, { folder: isRoot ? '' : folder, isFlat: true });
  const files = (listed ?? []).filter(({ path }) => {
    const isDirectlyInside = posix.dirname(path) === folder;
    return isDirectlyInside && /\.md$/i.test(path) && posix.basename(path) !== template;
  });
  if (listed === null || files.length > MAX_RECORDS) {
    return `${folder}: holds too many files, expected at most ${MAX_RECORDS} records`;
  }
  if (files.length === 0) {
    return `${folder}: no record in commit ${sha}, expected at least the index ${index}`;
  }
  const readable = files.filter((file) => unreadable(file) === null);
  const contents = await repository.contentsOf(readable.map(({ oid }) => oid));
  const textOf = ({ oid }: TreeEntry) => contents.get(oid) ?? '';
  const isIndex = ({ path }: TreeEntry) => posix.basename(path) === index;
  const indexFile = readable.find(isIndex);
  return {
    records: readable
      .filter((file) => !isIndex(file))
      .map((file) => readAdr(file.path, textOf(file))),
    index: indexFile === undefined ? null : linksOf(proseOf(textOf(indexFile))),
    problems: files.flatMap((file) => unreadable(file) ?? []),
  };
}

function unreadable({ path, isFile, sizeBytes }: TreeEntry): Problem | null {
  if (!isFile) return { path, line: null, message: 'is a link, expected a regular file' };
  if (sizeBytes <= MAX_FILE_BYTES) return null;
  const message = `is ${sizeBytes} bytes long, expected at most ${MAX_FILE_BYTES}`;
  return { path, line: null, message };
}

function missingIndex(path: string): Problem {
  return { path, line: null, message: 'is missing, expected an index that links every record' };
}

async function linkProblems(
  { records, index, decided }: AdrFolder,
  { sha, parted }: { sha: string; parted: string },
  repository: Reader,
): Promise<Problem[]> {
  const links = [index, ...records]
    .flatMap(({ path, links: found }) =>
      found.map((link) => ({ ...link, from: path, path: linkedPath(path, link.target) })),
    )
    .filter((link): link is typeof link & { path: string } => link.path !== null);
  if (links.length > MAX_LINKS) {
    const message = `has ${links.length} links with its records, expected at most ${MAX_LINKS}`;
    return [{ path: index.path, line: null, message }];
  }
  const there = await repository.existing(
    sha,
    links.map(({ path }) => path),
  );
  const dead = links.filter(({ path }) => !there.has(path));
  // A decided record may not be mended: a link in it is wrong only if this branch took its target away.
  const frozen = dead.filter(({ from }) => decided.has(from));
  const wereThere = await repository.existing(
    parted,
    frozen.map(({ path }) => path),
  );
  return dead
    .filter(({ from, path }) => !decided.has(from) || wereThere.has(path))
    .map(({ from, line, target, path }) => {
      const to = target.slice(0, MAX_QUOTED);
      const message = `the link to "${to}" leads nowhere, expected ${path} in the commit`;
      return { path: from, line, message };
    });
}
