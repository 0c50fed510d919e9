// Where versions run: for each environment one process, started from an image that is pulled by its digest.
// It must never run what it was not asked for, nor keep anything of an image but what the registry gave it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { freePorts } from '../../support/free-ports.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Simulated milliseconds in one of the clock's. */
export const SPEED = 60;

interface Running {
  digest: string;
  process: ChildProcess;
}

export interface Platform {
  url: string;
  /** Where the service of an environment answers. */
  addressOf(environment: string): string;
  /** What was asked to run there, in order: digests. */
  asked(environment: string): readonly string[];
  stop(): Promise<void>;
}

export async function startPlatform(environments: readonly string[]): Promise<Platform> {
  const ports = await freePorts(environments.length);
  const running = new Map<string, Running>();
  const asked = environments.map((): string[] => []);
  const portOf = (environment: string) => ports[environments.indexOf(environment)] ?? 0;
  const addressOf = (environment: string) => `http://127.0.0.1:${portOf(environment)}/`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const environment = request.url?.split('/').at(-1) ?? '';
    if (request.method === 'PUT') {
      const wanted = JSON.parse(await text(request)) as { image: string; digest: string };
      asked[environments.indexOf(environment)]?.push(wanted.digest);
      await replace(running, { environment, port: portOf(environment), ...wanted });
    }
    response.end(JSON.stringify({ url: addressOf(environment) }));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    addressOf,
    asked: (environment) => asked[environments.indexOf(environment)] ?? [],
    async stop() {
      await Promise.all([...running.values()].map(end));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function replace(
  running: Map<string, Running>,
  {
    environment,
    port,
    image,
    digest,
  }: { environment: string; port: number; image: string; digest: string },
): Promise<void> {
  const before = running.get(environment);
  if (before?.digest === digest) return;
  const folder = temporaryDirectory();
  const layout = join(folder, 'layout');
  await execa('skopeo', [
    'copy',
    '--src-tls-verify=false',
    `docker://${image}`,
    `oci:${layout}:shop`,
  ]);
  await execa('umoci', [
    'unpack',
    '--rootless',
    '--image',
    `${layout}:shop`,
    join(folder, 'bundle'),
  ]);
  if (before !== undefined) await end(before);
  const env = { ...process.env, PORT: String(port), SPEED: String(SPEED), DIGEST: digest };
  const program = join(folder, 'bundle', 'rootfs', 'app', 'server.mjs');
  const child = fork(program, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  running.set(environment, { digest, process: child });
  await once(child, 'message');
}

async function end({ process: child }: Running): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
