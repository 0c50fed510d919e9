// A worker that runs the fake agent on a real repository, and what the agent was given to start with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { stageSchema } from '../../../machines/pipeline.ts';
import { runEventSchemas } from '../../../machines/run/events.ts';
import type { Verdict } from '../../../machines/verdict.ts';
import type { JobFacts } from '../../../services/workers/job-facts.ts';
import { runPaths } from '../../../services/workers/run-paths.ts';
import { carryOut } from '../../../services/workers/stage-run.ts';
import type { WorkerDeps } from '../../../services/workers/worker-deps.ts';
import { FAKE_AGENT } from '../../support/agents/agent-process.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createFakeRun, createWorker, refused } from './worker-fixture.ts';

type StageInput = Partial<z.input<typeof stageSchema>>;
type AgentInput = NonNullable<StageInput['agent']>;

export const TOKEN = 'team-token-5f0c-not-a-real-one';

/** An account that names a variable, and a worker that has it, beside one that nobody names. */
const account: Pick<WorkerDeps, 'accounts'> = {
  accounts: () => ({ team: { env: ['TEAM_TOKEN'] } }),
};
const environment = { PATH: process.env['PATH'], TEAM_TOKEN: TOKEN, OTHER_TOKEN: 'other-token-77' };

export async function createAgentRun({
  agent = {},
  stage = {},
  job = {},
  deps = {},
}: {
  agent?: Partial<AgentInput>;
  stage?: StageInput;
  job?: Partial<JobFacts>;
  deps?: Partial<WorkerDeps>;
} = {}) {
  const recordPath = join(temporaryDirectory(), 'record.json');
  const run = createFakeRun((type, data) => {
    const schema = runEventSchemas[type as keyof typeof runEventSchemas];
    return schema.safeParse(data).success ? undefined : refused('schema');
  });
  const worker = await createWorker({
    run,
    stage: {
      ...{ command: undefined, ...stage },
      agent: { adapter: 'claude', account: 'team', executable: FAKE_AGENT, ...agent },
      env: { FAKE_AGENT_RECORD: recordPath, ...stage.env },
    },
    job,
    deps: { ...account, environment, ...deps },
  });
  const exited = () => run.last('exited') ?? {};
  const verdict = () => run.last('claim')?.['verdict'] as Verdict;
  return {
    ...worker,
    paths: runPaths(worker.deps.stateDir, worker.job),
    carry: () => carryOut(worker.job, worker.deps),
    exited,
    verdict,
    /** What the agent was given. */
    given: () => JSON.parse(readFileSync(recordPath, 'utf8')) as Given,
  };
}

interface Given {
  argv: string[];
  prompt: string;
  /** Names of variables. */
  environment: string[];
}
