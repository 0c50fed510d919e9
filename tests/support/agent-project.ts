// A real project for tests of the whole fleet: a bare remote with one commit on main, and a configuration
// whose agents are small shell commands.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

export interface AgentProject {
  folder: string;
  remote: string;
  configuration: string;
}

const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];

/** Leaves one commit for each item, slowly enough to be killed in the middle. */
const BUILD =
  'sleep 0.4; echo "$ONCEWARD_TITLE" > "$ONCEWARD_ITEM.txt"; git add .; ' +
  'git diff --cached --quiet || git commit -qm "$ONCEWARD_ITEM"';

/** Lands the branch on main; somebody else may have landed in between. */
const RELEASE =
  'for try in 1 2 3 4 5 6 7 8; do git fetch -q origin main && git rebase -q FETCH_HEAD && ' +
  'git push -q origin HEAD:main && exit 0; sleep 0.2; done; exit 1';

export async function makeAgentProject(folder: string): Promise<AgentProject> {
  const remote = join(folder, 'remote.git');
  const seed = join(folder, 'seed');
  await execa('git', ['init', '-q', '--bare', '-b', 'main', remote]);
  await execa('git', ['init', '-q', '-b', 'main', seed]);
  const git = (...args: string[]) => execa('git', ['-C', seed, ...IDENTITY, ...args]);
  await git('commit', '-q', '--allow-empty', '-m', 'seed');
  await git('push', '-q', remote, 'main');
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationFor(remote));
  return { folder, remote, configuration };
}

/** Subjects of the commits on the remote's main, without the first. */
export async function landedOn(remote: string): Promise<string[]> {
  const { stdout } = await execa('git', ['-C', remote, 'log', '--format=%s', 'main']);
  return stdout.split('\n').filter((subject) => subject !== 'seed');
}

function configurationFor(remote: string): string {
  return `version: 1
settings:
  graceMs: 20000
  finalizeTimeoutMs: 8000
  progressMs: 500
  presenceTtlMs: 2000
  sweepMs: 500
  bootGraceMs: 1000
  outageHoldMs: 2000
  jobAckWaitMs: 3000
  retryBackoffMs: 200
projects:
  shop:
    repository: ${remote}
    pipeline: standard
    maxConcurrentRuns: 8
pools:
  default:
    slots: 8
pipelines:
  standard:
    stages:
      - name: build
        kind: agent
        command: '${BUILD}'
      - name: release
        kind: command
        command: '${RELEASE}'
`;
}
