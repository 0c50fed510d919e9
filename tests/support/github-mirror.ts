// Brings commits of a real bare repository into the emulated GitHub, object by object, under the same names.
// It must never let a commit pass that came out under another name.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GitHubEmulator } from './github-emulator.ts';
import { noteIndirectMerges } from './github-indirect-merges.ts';

export interface MirroredBranch {
  repository: string;
  gitDir: string;
  branch: string;
  /** Token of whoever has pushed it. Defaults to that of the owner. */
  by?: string;
}

/** What was brought over already, by emulator and repository. */
const brought = new WeakMap<GitHubEmulator, Set<string>>();
/** What changes branches there does so in turn: what was read first must not be written last. */
const underWay = new WeakMap<GitHubEmulator, Promise<unknown>>();

/**
 * Makes the branch of the emulated repository point where that of the bare repository does; returns the commit.
 * A branch that is gone there is deleted here, which returns null. Not for commits with a signature or an encoding.
 */
export function mirrorBranch(
  emulator: GitHubEmulator,
  mirrored: MirroredBranch,
): Promise<string | null> {
  return inTurn(emulator, () => mirror(emulator, mirrored));
}

function inTurn<T>(emulator: GitHubEmulator, act: () => Promise<T>): Promise<T> {
  const before = underWay.get(emulator) ?? Promise.resolve();
  const now = before.then(act);
  const ended = now.catch(() => {});
  underWay.set(emulator, ended);
  return now;
}

async function mirror(
  emulator: GitHubEmulator,
  { repository, gitDir, branch, by = emulator.ownerToken(repository) }: MirroredBranch,
): Promise<string | null> {
  const git = gitIn(gitDir);
  const ask = (method: string, path: string, body?: unknown) =>
    emulator.as(emulator.ownerToken(repository), method, `/repos/${repository}${path}`, body);
  const head = await git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).catch(
    () => '',
  );
  const there = await ask('GET', `/git/ref/heads/${branch}`).catch(() => null);
  const sha = head.trim();
  if (sha === '') {
    if (there !== null) await ask('DELETE', `/git/refs/heads/${branch}`);
    return null;
  }
  const done = brought.get(emulator) ?? new Set<string>();
  brought.set(emulator, done);
  const commits = (await git('rev-list', '--reverse', '--topo-order', sha)).split('\n');
  for (const commit of commits.filter(
    (line) => line !== '' && !done.has(`${repository} ${line}`),
  )) {
    await mirrorCommit({ git, ask }, commit);
    done.add(`${repository} ${commit}`);
  }
  if (there === null) await ask('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha });
  else if (there.object.sha !== sha) {
    const isPartOfIt = (other: string) =>
      git('merge-base', '--is-ancestor', other, sha).then(
        () => true,
        () => false,
      );
    await noteIndirectMerges(emulator, { repository, branch, sha, by, isPartOfIt });
    await ask('PATCH', `/git/refs/heads/${branch}`, { sha, force: true });
  }
  return sha;
}

/**
 * Merges an open pull request as its owner: with a merge commit that git makes in the bare repository, and that the
 * emulated GitHub then shows, too. Returns that commit.
 */
export function landPullRequest(
  emulator: GitHubEmulator,
  landed: { repository: string; gitDir: string; number: number },
): Promise<string> {
  return inTurn(emulator, () => land(emulator, landed));
}

async function land(
  emulator: GitHubEmulator,
  { repository, gitDir, number }: { repository: string; gitDir: string; number: number },
): Promise<string> {
  const git = gitIn(gitDir);
  const owner = emulator.ownerToken(repository);
  const pull = await emulator.as(owner, 'GET', `/repos/${repository}/pulls/${number}`);
  const [base, head] = [`refs/heads/${pull.base.ref}`, `refs/heads/${pull.head.ref}`];
  const title = `Merge pull request #${number} from ${pull.head.label}`;
  const sha = await mergedInto({ git, base, head, title });
  emulator.noteMerge(repository, number, sha);
  await emulator.as(owner, 'PUT', `/repos/${repository}/pulls/${number}/merge`, {});
  await mirror(emulator, { repository, gitDir, branch: pull.base.ref });
  return sha;
}

/** Somebody may push to the base at the same time: then what was merged is merged again. */
async function mergedInto(wanted: {
  git: Passage['git'];
  base: string;
  head: string;
  title: string;
}): Promise<string> {
  const { git, base, head, title } = wanted;
  const before = (await git('rev-parse', base)).trim();
  const tree = (await git('merge-tree', '--write-tree', before, head)).trim();
  const sha = (await git('commit-tree', tree, '-p', before, '-p', head, '-m', title)).trim();
  const moved = await git('update-ref', base, sha, before).catch(() => null);
  return moved === null ? mergedInto(wanted) : sha;
}

interface Passage {
  git: (...args: string[]) => Promise<string>;
  ask: (method: string, path: string, body?: unknown) => Promise<{ sha: string }>;
}

async function mirrorCommit({ git, ask }: Passage, commit: string): Promise<void> {
  const raw = textOf(await git('cat-file', 'commit', commit));
  const end = raw.indexOf('\n\n');
  const [headers, message] = [raw.slice(0, end).split('\n'), raw.slice(end + 2)];
  const values = (name: string) =>
    headers
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));
  const [tree = ''] = values('tree');
  await mirrorTree({ git, ask }, tree);
  const written = await ask('POST', '/git/commits', {
    ...{ message, tree, parents: values('parent') },
    author: personOf(values('author')[0] ?? ''),
    committer: personOf(values('committer')[0] ?? ''),
  });
  if (written.sha !== commit) throw new Error(`${commit} came out as ${written.sha}`);
}

async function mirrorTree({ git, ask }: Passage, tree: string): Promise<void> {
  const entries = textOf(await git('ls-tree', '-r', '-z', tree))
    .split('\0')
    .filter((line) => line !== '');
  const items = entries.map((line) => {
    const [, mode = '', type = '', sha = '', path = ''] =
      /^(\d+) (\w+) ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return { mode, type, sha, path };
  });
  for (const { type, sha } of items) {
    if (type !== 'blob') continue;
    const content = Buffer.from(await git('cat-file', 'blob', sha), 'latin1').toString('base64');
    await ask('POST', '/git/blobs', { content, encoding: 'base64' });
  }
  await ask('POST', '/git/trees', { tree: items });
}

function personOf(line: string) {
  const [, name = '', email = '', seconds = '0', sign = '+', hours = '00', minutes = '00'] =
    /^(.*) <(.*)> (\d+) ([+-])(\d\d)(\d\d)$/.exec(line) ?? [];
  const offsetMs = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const local = new Date(Number(seconds) * 1_000 + offsetMs).toISOString().slice(0, 19);
  return { name, email, date: `${local}${sign}${hours}:${minutes}` };
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Output keeps every byte as one character: contents need not be text. */
function gitIn(gitDir: string): Passage['git'] {
  const identity = { name: 'acme', email: 'acme@example.org' };
  const env = {
    ...process.env,
    ...{ GIT_AUTHOR_NAME: identity.name, GIT_AUTHOR_EMAIL: identity.email },
    ...{ GIT_COMMITTER_NAME: identity.name, GIT_COMMITTER_EMAIL: identity.email, TZ: 'UTC' },
  };
  return async (...args) => {
    const options = { env, encoding: 'latin1', maxBuffer: 64 * 1_024 * 1_024 } as const;
    const { stdout } = await promisify(execFile)('git', ['--git-dir', gitDir, ...args], options);
    return stdout;
  };
}
