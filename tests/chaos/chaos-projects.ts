// The projects of a chaos run: real remotes, real scripts for agents, and the configuration of the fleet.
// The scripts leave a line for each start, so that the audit need not believe the records alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

export interface ChaosProject {
  name: string;
  /** Names of its stages, in order, with their kinds. */
  stages: readonly (readonly [name: string, kind: string])[];
  /** True when its last stage lands the item's commit on main. */
  isLanding: boolean;
}

export const PROJECTS: readonly ChaosProject[] = [
  {
    name: 'shop',
    stages: [
      ['build', 'agent'],
      ['release', 'command'],
    ],
    isLanding: true,
  },
  {
    name: 'docs',
    stages: [
      ['build', 'agent'],
      ['check', 'external'],
      ['release', 'command'],
    ],
    isLanding: true,
  },
  {
    name: 'ops',
    stages: [
      ['build', 'agent'],
      ['consent', 'approval'],
      ['release', 'command'],
    ],
    isLanding: true,
  },
  {
    name: 'feed',
    stages: [
      ['receive', 'external'],
      ['confirm', 'external'],
    ],
    isLanding: false,
  },
];

/** In the environment of every agent, and of nothing else. */
export const MARK_VARIABLE = 'ONCEWARD_CHAOS_MARK';
const GRACE_MS = 12_000;
const RUNS_PER_PROJECT = 6;
const SLOTS = 3;

export interface ChaosFiles {
  configuration: string;
  /** One line for each start of an agent: project, item, stage, attempt, epoch, worktree. */
  ledger: string;
  remotes: ReadonlyMap<string, string>;
}

/** Lays out remotes, scripts and the configuration below `folder`. `mark` goes to every agent. */
export async function makeChaosFiles(folder: string, mark: string): Promise<ChaosFiles> {
  const ledger = join(folder, 'agent-starts');
  const scripts = join(folder, 'agents');
  mkdirSync(scripts, { recursive: true });
  writeFileSync(ledger, '');
  writeFileSync(join(scripts, 'build.sh'), BUILD);
  writeFileSync(join(scripts, 'release.sh'), RELEASE);
  const remotes = new Map<string, string>();
  for (const { name } of PROJECTS) remotes.set(name, await makeRemote(folder, name));
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationOf({ scripts, ledger, mark, remotes }));
  return { configuration, ledger, remotes };
}

const COUNTED =
  'echo "$ONCEWARD_PROJECT $ONCEWARD_ITEM $ONCEWARD_STAGE $ONCEWARD_ATTEMPT $ONCEWARD_EPOCH $ONCEWARD_WORKTREE" >> "$CHAOS_LEDGER"';

/** The same commit for an item, however often it is made: doing it twice must not land twice. */
const BUILD = `${COUNTED}
case "$ONCEWARD_TITLE" in
  flaky) if [ "$ONCEWARD_ATTEMPT" = 1 ]; then echo "not at the first try" >&2; exit 3; fi ;;
  hopeless) echo "never" >&2; exit 4 ;;
  slow) for n in 1 2 3 4; do sleep 1; echo "still at it"; done ;;
  children) sleep 900 & (sleep 901 & sleep 902) & ;;
esac
sleep 0.3
echo "$ONCEWARD_ITEM" > "$ONCEWARD_ITEM.txt"
git add .
git diff --cached --quiet || git commit -qm "$ONCEWARD_ITEM"
`;

/** Lands the branch on main; somebody else may have landed in between. */
const RELEASE = `${COUNTED}
if [ "$ONCEWARD_TITLE" = children ]; then sleep 903 & fi
for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
  git fetch -q origin main && git rebase -q FETCH_HEAD && git push -q origin HEAD:main && exit 0
  git rebase --abort 2>/dev/null
  sleep 0.3
done
exit 1
`;

const IDENTITY = ['-c', 'user.name=chaos', '-c', 'user.email=chaos@onceward.invalid'];

async function makeRemote(folder: string, name: string): Promise<string> {
  const remote = join(folder, 'remotes', `${name}.git`);
  const seed = join(folder, 'seeds', name);
  await execa('git', ['init', '-q', '--bare', '-b', 'main', remote]);
  await execa('git', ['init', '-q', '-b', 'main', seed]);
  const git = (...args: string[]) => execa('git', ['-C', seed, ...IDENTITY, ...args]);
  await git('commit', '-q', '--allow-empty', '-m', 'seed');
  await git('push', '-q', remote, 'main');
  return remote;
}

interface Parts {
  scripts: string;
  ledger: string;
  mark: string;
  remotes: ReadonlyMap<string, string>;
}

function configurationOf({ scripts, ledger, mark, remotes }: Parts): string {
  const document = {
    version: 1,
    settings: SETTINGS,
    pools: { default: { slots: SLOTS } },
    projects: Object.fromEntries(
      PROJECTS.map(({ name }) => [
        name,
        {
          repository: remotes.get(name),
          pipeline: name,
          maxConcurrentRuns: RUNS_PER_PROJECT,
        },
      ]),
    ),
    pipelines: Object.fromEntries(
      PROJECTS.map(({ name, stages }) => [
        name,
        { stages: stages.map(([stage, kind]) => stageOf({ scripts, ledger, mark }, stage, kind)) },
      ]),
    ),
  };
  // JSON is YAML.
  return `${JSON.stringify(document, null, 2)}\n`;
}

function stageOf({ scripts, ledger, mark }: Omit<Parts, 'remotes'>, name: string, kind: string) {
  // Faults of the infrastructure are what a chaos run is made of: they must not use an item up.
  const budgets = { product: 3, infra: 40 };
  const hasProcess = kind === 'agent' || kind === 'command';
  if (!hasProcess) return { name, kind, budgets };
  const env = { CHAOS_LEDGER: ledger, [MARK_VARIABLE]: mark };
  const command = `sh ${join(scripts, `${name}.sh`)}`;
  return { name, kind, command, env, budgets, wallClockMs: 30_000, killGraceMs: 500 };
}

/** Short, but in the same order as the defaults: grace > longest finalization (6 000 + one gate of 5 000). */
const SETTINGS = {
  graceMs: GRACE_MS,
  finalizeTimeoutMs: 6_000,
  claimLeaseMs: 2_000,
  progressMs: 500,
  queueStallMs: 6_000,
  startTimeoutMs: 15_000,
  evaluationTimeoutMs: 6_000,
  presenceTtlMs: 3_000,
  sweepMs: 500,
  bootGraceMs: 3_000,
  outageHoldMs: 4_000,
  jobAckWaitMs: 4_000,
  retryBackoffMs: 200,
  retryBackoffCapMs: 2_000,
  partitions: 8,
  replicas: 3,
};
