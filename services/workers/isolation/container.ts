// Runs the commands of a stage in containers: what they are called, what they see, how they are ended.
// It must never leave a container behind, nor download an image.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ContainerIsolation } from '../../../machines/isolation.ts';
import { containerArgv, type Mount } from '../../../transport/container/container-command.ts';
import { endContainer } from '../../../transport/container/container-end.ts';
import {
  clientEnvironment,
  type Engine,
  findEngine,
  hasImage,
} from '../../../transport/container/engine.ts';
import { ownProcessMark } from '../../../transport/process/abandoned.ts';
import type { JobFacts } from '../job-facts.ts';
import { FOLDER_LABEL, STARTER_LABEL, STATE_LABEL } from './container-labels.ts';
import {
  argvOf,
  type Enter,
  type IsolationDeps,
  type Place,
  type PreparedIsolation,
} from './entering.ts';

/** With this code the client says that the engine failed; the command may have never begun. */
export const ENGINE_FAILED_CODE = 125;

/** The image has its own; ours may name folders that it does not have. */
const OF_THE_MACHINE = ['PATH', 'TMPDIR', 'PWD'];

/** Looks for the engine and the image. Nothing is started. */
export async function prepareContainer(
  isolation: ContainerIsolation,
  job: JobFacts,
  deps: IsolationDeps,
): Promise<PreparedIsolation> {
  const asks = `stage "${job.stage.name}" asks for a container`;
  const { engine, reason } = await findEngine(isolation.engine, deps.environment);
  if (engine === null) {
    return { enter: null, reason: `${asks}, which this worker cannot give: ${reason}` };
  }
  const { image } = isolation;
  if (!(await hasImage(engine, image))) {
    const remedy = `get it with \`${engine.kind} pull ${image}\``;
    return { enter: null, reason: `${asks} of an image that is not here: ${image}; ${remedy}` };
  }
  return { enter: enterContainer(isolation, { engine, job, deps }), reason: null };
}

function enterContainer(
  isolation: ContainerIsolation,
  { engine, job, deps }: { engine: Engine; job: JobFacts; deps: IsolationDeps },
): Enter {
  const { image, network, memoryMb, cpus, pids } = isolation;
  return (invocation, place) => {
    const name = containerName(job, place.folder);
    const client = clientEnvironment(deps.environment);
    const argv = containerArgv({
      ...{ engine: engine.kind, program: engine.program, isRootless: engine.isRootless },
      ...{ name, image, network, memoryMb, cpus, pids },
      labels: {
        'onceward.run': job.address,
        [STATE_LABEL]: resolve(deps.stateDir),
        [FOLDER_LABEL]: place.folder,
        [STARTER_LABEL]: ownProcessMark(),
      },
      user: { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
      mounts: mountsOf(place, isolation),
      ...variablesOf(place.environment, { client, configured: job.stage.env }),
      workingFolder: place.folder,
      argv: argvOf(invocation),
    });
    return {
      invocation: { argv },
      // The client needs its own HOME and PATH; the command's stand on the command line.
      environment: { ...place.environment, ...client },
      endRest: async () => void (await endContainer(engine, name, deps.clock)),
    };
  };
}

/** Unique for a run, its generation, its place, and the process that starts it. */
function containerName({ address, epoch, project, item }: JobFacts, folder: string): string {
  const whole = [address, epoch, folder, ownProcessMark()].join('\n');
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 12);
  const words = `${project}-${item}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 80);
  return `onceward-${words}-${digest}`;
}

function mountsOf({ writable, readOnly }: Place, { extraMounts }: ContainerIsolation): Mount[] {
  return [
    ...writable.map((source) => ({ source, isReadOnly: false })),
    ...readOnly.filter((path) => existsSync(path)).map((source) => ({ source, isReadOnly: true })),
    ...extraMounts.map(({ source, target, readOnly: isReadOnly }) => ({
      ...{ source, target, isReadOnly },
    })),
  ];
}

/** By name wherever the client can be given the value without being misled by it. */
function variablesOf(
  environment: Readonly<Record<string, string>>,
  {
    client,
    configured,
  }: { client: Record<string, string>; configured: Readonly<Record<string, string>> },
): { variableNames: string[]; variables: Record<string, string> } {
  const wanted = Object.keys(environment).filter(
    (name) => !OF_THE_MACHINE.includes(name) || name in configured,
  );
  const isOfClient = (name: string) => name in client;
  const byValue = wanted.filter(isOfClient).map((name) => [name, environment[name] ?? ''] as const);
  return {
    variableNames: wanted.filter((name) => !isOfClient(name)).sort(),
    variables: Object.fromEntries(byValue),
  };
}
