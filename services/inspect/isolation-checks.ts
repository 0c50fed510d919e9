// Whether this machine can keep agents apart as the configuration asks: tools, engine, and whose files a container writes.
// It must never fail for what no stage asks for, nor leave anything but a line behind.
import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  type ContainerIsolation,
  type Isolation,
  isolationOf,
  type ProcessIsolation,
} from '../../machines/isolation.ts';
import type { Stage } from '../../machines/pipeline.ts';
import { containerArgv } from '../../transport/container/container-command.ts';
import { type Engine, findEngine, hasImage } from '../../transport/container/engine.ts';
import type { HostEnvironment } from '../workers/agent-environment.ts';
import { lackingTool } from '../workers/isolation/isolation.ts';
import { type Check, failed, passed } from './check.ts';

const IMAGE_DEFAULT = 'busybox';
const FILE = 'written';

export interface IsolationCheckOptions {
  /** Of all pipelines. */
  stages: readonly Pick<Stage, 'name' | 'isolation'>[];
  /** Of the trial container; otherwise the first that a stage asks for, otherwise `busybox`. */
  image: string | undefined;
  environment: HostEnvironment;
}

export async function isolationChecks(options: IsolationCheckOptions): Promise<Check[]> {
  const { stages, environment } = options;
  const isolations = stages.map(isolationOf);
  return [
    ...(await toolChecks(isolations.filter(isProcess), environment)),
    await containerCheck(isolations.filter(isContainer), options),
  ];
}

const isProcess = (isolation: Isolation): isolation is ProcessIsolation =>
  isolation.kind === 'process';
const isContainer = (isolation: Isolation): isolation is ContainerIsolation =>
  isolation.kind === 'container';

async function toolChecks(
  isolations: readonly ProcessIsolation[],
  environment: HostEnvironment,
): Promise<Check[]> {
  const sandboxed = isolations.find(({ sandbox }) => sandbox === 'bubblewrap');
  const unprivileged = isolations.find(
    ({ sandbox, noNewPrivileges }) => sandbox === 'none' && noNewPrivileges,
  );
  const asked = [
    { name: 'bubblewrap', isolation: sandboxed, remedy: 'install it, or allow user name spaces' },
    { name: 'setpriv', isolation: unprivileged, remedy: 'install util-linux' },
  ];
  const checks = asked.map(async ({ name, isolation, remedy }): Promise<Check[]> => {
    if (isolation === undefined) return [];
    const lacking = await lackingTool(isolation, environment);
    const detail = `a stage asks for it, and ${lacking?.why}; ${remedy}`;
    return [lacking === null ? passed(name, 'runs on this machine') : failed(name, detail)];
  });
  return (await Promise.all(checks)).flat();
}

async function containerCheck(
  asked: readonly ContainerIsolation[],
  { image: named, environment }: IsolationCheckOptions,
): Promise<Check> {
  const [first] = asked;
  const image = named ?? first?.image ?? IMAGE_DEFAULT;
  const isNeeded = first !== undefined || named !== undefined;
  const verdict = isNeeded ? failed : passed;
  const { engine, reason } = await findEngine(first?.engine ?? 'auto', environment);
  if (engine === null) {
    const whose = isNeeded ? 'containers are asked for' : 'no stage asks for containers';
    return verdict('container', `no engine: ${reason}; ${whose}`);
  }
  const about = `${engine.kind} ${engine.version}`;
  if (!(await hasImage(engine, image))) {
    const remedy = `\`${engine.kind} pull ${image}\`, or name another with --container-image`;
    const detail = `${about}; whose files it writes was not tried: no image ${image} here; ${remedy}`;
    return verdict('container', detail);
  }
  return ownershipCheck(engine, image, about);
}

/** Proves it by a container that writes a file into a temporary folder. */
async function ownershipCheck(engine: Engine, image: string, about: string): Promise<Check> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'onceward-doctor-')));
  const name = basename(folder).toLowerCase();
  const user = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const [, ...args] = containerArgv({
    ...{ engine: engine.kind, program: engine.program, isRootless: engine.isRootless },
    ...{ name, image, user, labels: {}, network: 'none', memoryMb: 64, cpus: 1, pids: 32 },
    mounts: [{ source: folder, isReadOnly: false }],
    ...{ variableNames: [], variables: {}, workingFolder: folder },
    argv: ['touch', FILE],
  });
  try {
    await engine.ask(args);
    const { uid, gid } = await stat(join(folder, FILE));
    const wanted = `${user.uid}:${user.gid}`;
    return uid === user.uid && gid === user.gid
      ? passed('container', `${about}; a file written in ${image} belongs to ${wanted}, as it must`)
      : failed(
          'container',
          `${about}; a file written in ${image} belongs to ${uid}:${gid} instead of ${wanted}; ` +
            'does the engine remap users?',
        );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    await engine.ask(['rm', '--force', name]).catch(() => {});
    return failed('container', `${about}; cannot run ${image}: ${text}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
