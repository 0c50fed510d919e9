// Finds the container engine of this machine and asks it things.
// It must never start a container, nor take a client whose server does not answer for an engine.
import { execa } from 'execa';
import { OncewardError } from '../errors.ts';
import { findExecutable } from '../process/executable.ts';
import type { EngineKind } from './container-command.ts';

export interface Engine {
  kind: EngineKind;
  /** Absolute path of its program. */
  program: string;
  version: string;
  isRootless: boolean;
  /** Runs the client; resolves with what it printed. @throws CONTAINER_FAILED */
  ask(args: readonly string[]): Promise<string>;
}

/** Null when there is none, with the reason in words for each that was looked for. */
export type FoundEngine = { engine: Engine; reason: null } | { engine: null; reason: string };

type Variables = Readonly<Record<string, string | undefined>>;

const ASK_LIMIT_MS = 30_000;
const MAX_REASON_CHARACTERS = 300;
/** What the clients of both engines need to find their server and their storage. */
const CLIENT_VARIABLES =
  /^(PATH|HOME|TMPDIR|DOCKER_[A-Z_]+|CONTAINER_[A-Z_]+|CONTAINERS_[A-Z_]+|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|REGISTRY_AUTH_FILE)$/;

/** Looks for docker, then for podman, unless one of them is wanted. */
export async function findEngine(
  wanted: EngineKind | 'auto',
  environment: Variables,
): Promise<FoundEngine> {
  const kinds: EngineKind[] = wanted === 'auto' ? ['docker', 'podman'] : [wanted];
  const reasons: string[] = [];
  for (const kind of kinds) {
    const found = await tryEngine(kind, environment);
    if (found.engine !== null) return found;
    reasons.push(found.reason);
  }
  return { engine: null, reason: reasons.join('; ') };
}

/** The part of an environment that the client of an engine is given. */
export function clientEnvironment(environment: Variables): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && CLIENT_VARIABLES.test(entry[0]),
  );
  return Object.fromEntries(kept);
}

/** True when the image is on this machine. */
export async function hasImage({ ask }: Engine, image: string): Promise<boolean> {
  return ask(['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );
}

async function tryEngine(kind: EngineKind, environment: Variables): Promise<FoundEngine> {
  const program = findExecutable(kind, { path: environment['PATH'] });
  if (program === null) return { engine: null, reason: `${kind} is not installed` };
  const ask = asking(program, clientEnvironment(environment));
  // docker has a server, which alone runs containers; podman has none.
  const field = kind === 'docker' ? '{{.Server.Version}}' : '{{.Client.Version}}';
  try {
    const version = (await ask(['version', '--format', field])).trim();
    const isRootless = kind === 'podman' && process.geteuid?.() !== 0;
    return { engine: { kind, program, version, isRootless, ask }, reason: null };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { engine: null, reason: `${kind} does not answer: ${text}` };
  }
}

function asking(program: string, environment: Record<string, string>): Engine['ask'] {
  return async (args) => {
    const result = await execa(program, args, {
      env: environment,
      extendEnv: false,
      stdin: 'ignore',
      timeout: ASK_LIMIT_MS,
      reject: false,
    });
    if (result.exitCode === 0) return result.stdout;
    const [line = ''] = result.stderr.trim().split('\n').slice(-1);
    const reason = line === '' ? `no answer within ${ASK_LIMIT_MS} ms` : line;
    throw new OncewardError('CONTAINER_FAILED', reason.slice(0, MAX_REASON_CHARACTERS), {
      details: { command: args.join(' '), exitCode: result.exitCode ?? null },
    });
  };
}
