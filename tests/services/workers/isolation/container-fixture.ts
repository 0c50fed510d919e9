// A worker whose stage runs in containers of a stand-in for docker, and what such an engine holds.
// It must never reach a real engine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Isolation } from '../../../../machines/isolation.ts';
import { carryOut } from '../../../../services/workers/stage-run.ts';
import { containersWith } from '../../../../transport/container/container-end.ts';
import { findEngine } from '../../../../transport/container/engine.ts';
import type { Reply } from '../../../../transport/ports.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { createFakeRun, createWorker } from '../worker-fixture.ts';

export const CONTAINER = {
  ...{ kind: 'container', image: 'agents:1', engine: 'docker', network: 'none' },
  ...{ memoryMb: 512, cpus: 1, pids: 64, extraMounts: [] },
} as const satisfies Isolation;

export async function createContainerWorker({
  command = 'true',
  isolation = CONTAINER,
  engine = createFakeEngine(),
  answer = () => undefined,
}: {
  command?: string;
  isolation?: Isolation;
  engine?: ReturnType<typeof createFakeEngine>;
  answer?: (type: string, trace: () => string) => Reply | undefined;
} = {}) {
  const run = createFakeRun((type) => answer(type, trace));
  const { environment } = engine;
  const fixture = await createWorker({
    run,
    stage: { command, isolation, kind: 'command', env: { GREETING: 'from the stage' } },
    deps: { environment: { ...environment, SECRET: 'hunter2' } },
  });
  const trace = () => readFileSync(fixture.tracePath, 'utf8');
  const { deps, job } = fixture;
  const carry = (stage = {}) => carryOut({ ...job, stage: { ...job.stage, ...stage } }, deps);
  const containers = async () => {
    const found = await findEngine('docker', environment);
    const label = { name: 'onceward.state', value: deps.stateDir };
    return found.engine === null ? [] : containersWith(found.engine, label);
  };
  const worktree = join(deps.stateDir, 'worktrees', 'shop', '7');
  return { ...fixture, engine, environment, carry, trace, containers, worktree };
}

/** Starts one whose client is killed at once, as when its worker is: the container stays. */
export async function startContainer(
  environment: Record<string, string>,
  { name, starter, state, folder = '/nowhere' }: Record<string, string>,
): Promise<void> {
  const labels = {
    'onceward.starter': starter,
    'onceward.state': state,
    'onceward.folder': folder,
  };
  const args = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  // It is known to the engine only a moment after it began.
  const file = join(environment['DOCKER_CONFIG'] ?? '', 'containers', name ?? '');
  const script = `until [ -s ${file} ]; do sleep 0.02; done; echo ready; exec sleep 60`;
  const command = ['agents:1', 'sh', '-c', script];
  const client = spawn('docker', ['run', '--name', name ?? '', ...args, ...command], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(client.stdout, 'data');
  client.kill('SIGKILL');
  await once(client, 'exit');
}

/** Removes containers by their names. */
export async function endAll(environment: Record<string, string>, names: string[]): Promise<void> {
  const { engine } = await findEngine('docker', environment);
  await Promise.all(names.map((name) => engine?.ask(['rm', '--force', name])));
}
