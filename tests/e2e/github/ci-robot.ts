// A program that checks what is pushed, as CI does: it takes the commit from the remote, runs its tests, and says on
// GitHub what came of it. It must never say that a commit has passed which it has not run.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Answer, GitHubEmulator } from '../../support/github-emulator.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const TEST_COMMAND = 'sh test.sh';
const run = promisify(execFile);
const RERUN = /\/check-runs\/(\d+)\/rerequest$/;
/** As the runner of GitHub words it: evidence that the commit has nothing to do with it. */
const LOST_RUNNER =
  'The hosted runner: GitHub Actions 4 lost communication with the server. Anything in your workflow ...';

export interface CheckedCommit {
  branch: string;
  sha: string;
  conclusion: 'success' | 'failure' | 'lost-runner';
}

export interface CiRobot {
  /** To be told of each push. */
  pushed(branch: string, sha: string): void;
  /** Nothing is checked on these branches before `release`. */
  hold(isHeld: (branch: string) => boolean): void;
  /** From now on those are held that still are to be: what has waited is checked now. */
  release(isHeld?: (branch: string) => boolean): void;
  /** The runner is lost once: at the first commit on this branch whose history holds the other one. */
  loseRunnerOnce(branch: string, withSha: () => string | undefined): void;
  /** What was said so far, in order. */
  said: readonly CheckedCommit[];
  /** Resolves once nothing is being checked; fails where a check could not be made. */
  idle(): Promise<void>;
}

export interface CiRobotOptions {
  github: GitHubEmulator;
  repository: string;
  gitDir: string;
}

export function startCiRobot({ github, repository, gitDir }: CiRobotOptions): CiRobot {
  const said: CheckedCommit[] = [];
  const waiting: { branch: string; sha: string }[] = [];
  const lost = new Map<string, { branch: string; sha: string }>();
  let isHeld = (_branch: string) => false;
  let planned: { branch: string; withSha: () => string | undefined } | null = null;
  let work: Promise<void> = Promise.resolve();
  const owner = github.ownerToken(repository);
  const ask = (method: string, path: string, body: unknown): Promise<Answer> =>
    github.as(owner, method, `/repos/${repository}/check-runs${path}`, body);

  const isToBeLost = async ({ branch, sha }: { branch: string; sha: string }) => {
    const other = planned?.branch === branch ? planned.withSha() : undefined;
    if (other === undefined || !(await holds(gitDir, sha, other))) return false;
    planned = null;
    return true;
  };
  const check = async (commit: { branch: string; sha: string }): Promise<void> => {
    const name = { name: 'build', head_sha: commit.sha };
    if (await isToBeLost(commit)) {
      said.push({ ...commit, conclusion: 'lost-runner' });
      const { id } = await ask('POST', '', { ...name, ...outcomeOf('failure', LOST_RUNNER) });
      lost.set(String(id), commit);
      return;
    }
    const conclusion = (await passes(gitDir, commit.sha)) ? 'success' : 'failure';
    said.push({ ...commit, conclusion });
    await ask('POST', '', { ...name, ...outcomeOf(conclusion, `${TEST_COMMAND}: ${conclusion}`) });
  };
  const checkAgain = async (id: string, commit: { branch: string; sha: string }): Promise<void> => {
    const conclusion = (await passes(gitDir, commit.sha)) ? 'success' : 'failure';
    said.push({ ...commit, conclusion });
    await ask('PATCH', `/${id}`, outcomeOf(conclusion, `${TEST_COMMAND}: ${conclusion}`));
  };
  const begin = (act: () => Promise<void>): void => {
    work = work.then(act);
    // Whoever waits for it hears of it.
    work.catch(() => {});
  };
  github.intercept(async ({ method, path }, pass) => {
    const reply = await pass();
    const id = method === 'POST' ? RERUN.exec(path)?.[1] : undefined;
    const commit = id === undefined ? undefined : lost.get(id);
    if (id !== undefined && commit !== undefined) begin(() => checkAgain(id, commit));
    return reply;
  });

  return {
    ...{ said, idle: () => work },
    pushed(branch, sha) {
      if (isHeld(branch)) waiting.push({ branch, sha });
      else begin(() => check({ branch, sha }));
    },
    hold(held) {
      isHeld = held;
    },
    release(held = () => false) {
      isHeld = held;
      for (const { branch, sha } of waiting.splice(0)) this.pushed(branch, sha);
    },
    loseRunnerOnce(branch, withSha) {
      planned = { branch, withSha };
    },
  };
}

function outcomeOf(conclusion: 'success' | 'failure', summary: string) {
  return { status: 'completed', conclusion, output: { title: 'build', summary } };
}

async function holds(gitDir: string, sha: string, other: string): Promise<boolean> {
  const asked = run('git', ['--git-dir', gitDir, 'merge-base', '--is-ancestor', other, sha]);
  return asked.then(
    () => true,
    () => false,
  );
}

/** Whether the tests of this very commit pass, in a checkout of it that holds nothing else. */
export async function passes(gitDir: string, sha: string): Promise<boolean> {
  const folder = temporaryDirectory();
  const script = 'git --git-dir "$1" archive "$2" | tar -x -C "$3"';
  await run('sh', ['-c', script, 'sh', gitDir, sha, folder]);
  return run('sh', ['-c', TEST_COMMAND], { cwd: folder }).then(
    () => true,
    () => false,
  );
}
