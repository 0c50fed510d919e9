// A worker on a real repository and real processes, speaking to a run that is only a list.
// It must never answer what a real run would not: revisions rise, refusals change nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { stageSchema } from '../../../machines/pipeline.ts';
import type { JobFacts } from '../../../services/workers/job-facts.ts';
import type { WorkerDeps } from '../../../services/workers/worker-deps.ts';
import { createRepositories } from '../../../transport/git/repository.ts';
import type { Asker, AskRequest, RefusalReason, Reply } from '../../../transport/ports.ts';
import { isGroupAlive } from '../../../transport/process/group-termination.ts';
import { localClock } from '../../support/local-clock.ts';
import { killGroup } from '../../support/process-group.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createRemote, type TestRemote, testGit } from '../../transport/git/remote-fixture.ts';

export const FIRST_REVISION = 10;

export interface FakeRun {
  asker: Asker;
  requests: Omit<AskRequest, 'id'>[];
  /** Types of the events so far, signs of life left out. */
  types(): string[];
  last(type: string): Record<string, unknown> | undefined;
  /** What it was told to say; null when it was told nothing. */
  report(): string | null;
}

/** A run that applies everything but what `answer` decides otherwise. */
export function createFakeRun(
  answer: (type: string, data: Record<string, unknown>) => Reply | undefined = () => undefined,
): FakeRun {
  const requests: FakeRun['requests'] = [];
  let revision = FIRST_REVISION;
  const asker: Asker = {
    async ask(request) {
      requests.push(request);
      const reply = answer(request.type, request.data);
      if (reply !== undefined) return reply;
      revision += 1;
      return { outcome: 'applied', revision, state: 'any', isRepeat: false };
    },
  };
  const others = () => requests.filter(({ type }) => type !== 'progress');
  return {
    asker,
    requests,
    types: () =>
      others().map(({ type, data }) =>
        type === 'finalize-step' ? `${type} ${String(data['step'])}` : type,
      ),
    last: (type) => requests.findLast((request) => request.type === type)?.data,
    report() {
      const told = requests.find(({ data }) => data['report'] !== undefined);
      return told === undefined ? null : String(told.data['report']);
    },
  };
}

export function refused(reason: RefusalReason, state: string | null = null): Reply {
  return { outcome: 'refused', reason, message: reason, state };
}

export interface WorkerFixture {
  remote: TestRemote;
  run: FakeRun;
  deps: WorkerDeps;
  job: JobFacts;
  /** Lines the stage's command appends here stand between the events, in order. */
  tracePath: string;
}

export async function createWorker({
  stage = {},
  job = {},
  deps = {},
  run = createFakeRun(),
}: {
  stage?: Partial<z.input<typeof stageSchema>>;
  job?: Partial<JobFacts>;
  deps?: Partial<WorkerDeps>;
  run?: FakeRun;
} = {}): Promise<WorkerFixture> {
  const remote = await createRemote();
  const stateDir = temporaryDirectory();
  const fixture = {
    remote,
    run,
    tracePath: join(stateDir, 'trace'),
    deps: {
      asker: run.asker,
      clock: localClock,
      repositories: createRepositories({ git: testGit, stateDir }),
      stateDir,
      worker: 'worker-1',
      machine: 'machine-1',
      environment: { PATH: process.env['PATH'] },
      accounts: () => ({}),
      accountRecords: { read: async () => null },
      workerLeaseMs: 60_000,
      progressMs: 50,
      finalizeTimeoutMs: 20_000,
      ...deps,
    },
    job: jobOf(remote, stage, job),
  };
  appendFileSync(fixture.tracePath, '');
  return fixture;
}

/** A job for item 7 of the remote's project. */
export function jobOf(
  remote: TestRemote,
  stage: Partial<z.input<typeof stageSchema>>,
  job: Partial<JobFacts> = {},
): JobFacts {
  const parsed = stageSchema.parse({
    name: 'build',
    kind: 'agent',
    command: 'true',
    killGraceMs: 150,
    ...stage,
  });
  return {
    address: `run.shop.7.${parsed.name}.1`,
    project: 'shop',
    item: '7',
    stage: parsed,
    attempt: 1,
    epoch: 1,
    title: 'Sums are wrong',
    body: 'They are off by one.\n',
    repository: remote.url,
    baseBranch: 'main',
    feedback: '',
    session: null,
    dailyCaps: {},
    traceparent: null,
    headSha: null,
    exit: null,
    revision: FIRST_REVISION,
    state: 'running.queued',
    leftover: null,
    machine: null,
    ...job,
  };
}

/** Where the item of a job is worked on. */
export function worktreeOf(
  job: JobFacts,
  { repositories }: Pick<WorkerDeps, 'repositories'>,
): string {
  const { project, item, repository: url, baseBranch } = job;
  return repositories.open({ project, url, baseBranch }).worktreePath(item);
}

/** A command of a worker that is long gone, as it would have been started in a worktree. */
export async function startStray(worktree: string) {
  const child = spawn('sh', ['-c', 'echo ready; exec sleep 60'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ONCEWARD_WORKTREE: worktree },
  });
  const pid = child.pid ?? 0;
  const exited = once(child, 'exit');
  process.once('exit', () => isGroupAlive(pid) && killGroup(pid));
  await once(child.stdout, 'data');
  return {
    isAlive: () => isGroupAlive(pid),
    async kill() {
      killGroup(pid);
      await exited;
    },
  };
}
