// What has landed: the remote's main in a fresh clone, and its tests run there.
// It must never look into a worker's folders: only what was pushed counts.
import { join } from 'node:path';
import type { Clock } from '../../transport/ports.ts';
import { startProcessGroup } from '../../transport/process/process-group.ts';
import type { DemoFolder } from './demo-folder.ts';

export interface Landing {
  branch: string;
  /** Head of the branch on the remote. */
  commit: string;
  /** True when the head is another than before the work. */
  isMoved: boolean;
  /** `git log --oneline` from the start on. */
  log: string[];
  /** `git diff --stat` against the start. */
  diffStat: string[];
  test: { command: string; exitCode: number | null; output: string[] };
}

const BRANCH = 'main';
const TEST_COMMAND = 'node --test --test-reporter=spec';
const TEST_LIMIT_MS = 30_000;
const KILL_GRACE_MS = 1_000;
const MAX_OUTPUT_CHARACTERS = 20_000;

/** @throws GIT_FAILED when the remote cannot be read */
export async function readLanding(folder: DemoFolder, clock: Clock): Promise<Landing> {
  const { git, remote, path, startSha } = folder;
  const clone = join(path, 'landed');
  await git(['clone', '--quiet', '--branch', BRANCH, remote, clone]);
  const read = async (...args: string[]) => (await git(args, { cwd: clone })).stdout;
  const commit = await read('rev-parse', 'HEAD');
  return {
    branch: BRANCH,
    commit,
    isMoved: commit !== startSha,
    log: lines(await read('log', '--oneline')),
    diffStat: lines(await read('diff', '--stat', startSha, commit)),
    test: await runTest(clone, folder, clock),
  };
}

async function runTest(
  clone: string,
  { environment }: DemoFolder,
  clock: Clock,
): Promise<Landing['test']> {
  let output = '';
  const group = await startProcessGroup({
    command: TEST_COMMAND,
    cwd: clone,
    environment: { PATH: environment['PATH'] ?? '', HOME: environment['HOME'] ?? clone },
    clock,
    killGraceMs: KILL_GRACE_MS,
    onOutput: (chunk) => {
      output = (output + Buffer.from(chunk).toString('utf8')).slice(-MAX_OUTPUT_CHARACTERS);
    },
  });
  const cancelLimit = clock.after(TEST_LIMIT_MS, () => void group.terminate().catch(() => {}));
  const { code } = await group.exit.finally(cancelLimit);
  return { command: TEST_COMMAND, exitCode: code, output: lines(output).filter(isResult) };
}

/** A test's result or a sum, without the traces of what failed: exit code and names say it. */
function isResult(line: string): boolean {
  return /^(✔|✖|ℹ (tests|pass|fail)\b)/.test(line);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
