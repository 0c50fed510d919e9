// Builds the command line that runs a program in a container of docker or podman. It only builds.
// It must never put the value of a variable on a command line that did not stand in a configuration.
//
// Options as in the public references: docs.docker.com/reference/cli/docker/container/run and
// docs.podman.io/en/stable/markdown/podman-run.1.html
import { OncewardError } from '../errors.ts';

export type EngineKind = 'docker' | 'podman';

export interface Mount {
  /** Absolute; must exist. */
  source: string;
  /** Defaults to the same path. */
  target?: string | undefined;
  isReadOnly: boolean;
}

export interface ContainerOptions {
  engine: EngineKind;
  /** The engine's own program. */
  program: string;
  /** True where the engine runs as an ordinary user, whose ids must be kept. */
  isRootless: boolean;
  name: string;
  labels: Readonly<Record<string, string>>;
  image: string;
  user: { uid: number; gid: number };
  /** `none`, or the name of a network of the engine. */
  network: string;
  memoryMb: number;
  cpus: number;
  pids: number;
  /** In their order: a later one lies over an earlier one. */
  mounts: readonly Mount[];
  /** Passed on by name: the client finds their values in its own environment. */
  variableNames: readonly string[];
  /** What the client needs for itself under the same name; nothing secret. */
  variables: Readonly<Record<string, string>>;
  workingFolder: string;
  argv: readonly string[];
}

/** The whole command line, the engine's program first. */
export function containerArgv(options: ContainerOptions): string[] {
  const { program, engine, isRootless, image, argv } = options;
  return [
    // Without the third, what is written to the client's standard input stops there.
    ...[program, 'run', '--rm', '--init', '--interactive'],
    // Nothing is downloaded behind anybody's back: what is to run must be there.
    '--pull=never',
    ...['--name', options.name],
    ...pairs('--label', options.labels),
    ...['--user', `${options.user.uid}:${options.user.gid}`],
    ...(engine === 'podman' && isRootless ? ['--userns=keep-id'] : []),
    ...limits(options),
    ...options.mounts.flatMap((mount) => ['--mount', mountText(mount)]),
    ...options.variableNames.flatMap((name) => ['--env', name]),
    ...pairs('--env', options.variables),
    ...['--workdir', options.workingFolder],
    // An entry point of the image would be handed our command as its arguments.
    '--entrypoint=',
    ...[image, ...argv],
  ];
}

function limits({ network, memoryMb, cpus, pids }: ContainerOptions): string[] {
  return [
    ...['--network', network],
    ...['--memory', `${memoryMb}m`],
    // The same as the memory: no swap beside it.
    ...['--memory-swap', `${memoryMb}m`],
    ...['--cpus', String(cpus)],
    ...['--pids-limit', String(pids)],
    ...['--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges'],
    '--read-only',
    ...['--tmpfs', '/tmp:rw,nosuid,nodev,mode=1777'],
  ];
}

function pairs(option: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
}

function mountText({ source, target = source, isReadOnly }: Mount): string {
  for (const path of [source, target]) {
    if (!/[,"\n]/.test(path)) continue;
    throw new OncewardError('CONFIG_INVALID', `a container cannot be given the path ${path}`, {
      details: { path },
    });
  }
  return `type=bind,source=${source},target=${target}${isReadOnly ? ',readonly' : ''}`;
}
