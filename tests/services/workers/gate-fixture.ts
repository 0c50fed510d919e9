// A pushed branch, a run folder, and the evaluation of a run's gates on them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Gate } from '../../../machines/pipeline.ts';
import { evaluateGates } from '../../../services/workers/gates.ts';
import type { ExitFacts, JobFacts } from '../../../services/workers/job-facts.ts';
import { runPaths } from '../../../services/workers/run-paths.ts';
import { writeFile } from '../../transport/git/remote-fixture.ts';
import { createWorker } from './worker-fixture.ts';

/** The command ended by itself, and well. */
export const GOOD: ExitFacts = { code: 0, signal: null, cause: 'exit-code' };

export async function createGates(gates: Gate[], overrides: Partial<JobFacts> = {}) {
  const { remote, deps, job } = await createWorker({ stage: { gates }, job: overrides });
  const { project, repository: url, baseBranch } = job;
  const repository = deps.repositories.open({ project, url, baseBranch });
  const evaluate = (exit = GOOD, facts: Partial<JobFacts> = {}) =>
    evaluateGates({ job: { ...job, ...facts }, exit, repository, deps });
  const push = (path: string, content: string) => remote.commit('onceward/7', path, content);
  const pushAll = (files: Files, branch = 'onceward/7') =>
    remote.commitChange(branch, (folder) => changeFiles(folder, files));
  const { runFolder } = runPaths(deps.stateDir, job);
  const leaveInRunFolder = (name: string, content: string) => {
    const path = join(runFolder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  return { remote, deps, job, runFolder, evaluate, push, pushAll, leaveInRunFolder };
}

/** A text for each path, or null to take the file away. */
export type Files = Record<string, string | null>;

function changeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) rmSync(join(folder, path), { recursive: true });
    else writeFile(folder, path, text);
  }
}
