// A real image registry of one test process, on a temporary store and a free port of the loopback, behind a front
// that can answer in its place. It must never outlive the test process, nor be a registry that was there before.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findExecutable } from '../../transport/process/executable.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './free-ports.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What the front does in place of the registry. */
export type Trouble = 'none' | 'fails' | 'hangs' | 'forbids';

export interface TestRegistry {
  /** Host and port, as names of images begin. */
  readonly host: string;
  /** What was asked of it so far: `GET /v2/acme/shop/manifests/latest`. */
  readonly requests: readonly string[];
  setTrouble(trouble: Trouble): void;
  /** Comes before each request is answered; null for nobody. */
  setListener(listener: ((request: string) => Promise<void>) | null): void;
}

const PROGRAM = 'docker-registry';
const LOOK_MS = 20;

let started: Promise<TestRegistry> | undefined;

/** Starts this process's registry, or returns the one already running. It ends with the process. */
export function testRegistry(): Promise<TestRegistry> {
  started ??= startRegistry();
  return started;
}

async function startRegistry(): Promise<TestRegistry> {
  const missing = [PROGRAM, 'skopeo', 'umoci'].filter(
    (program) => findExecutable(program, { path: process.env['PATH'] }) === null,
  );
  if (missing.length > 0) {
    throw new Error(`missing: ${missing.join(', ')}; Debian: docker-registry skopeo umoci`);
  }
  const [port = 0] = await freePorts(1);
  const folder = temporaryDirectory();
  const settings = join(folder, 'registry.json');
  // YAML is a superset of JSON. Relative locations, or an upload would go on past the front.
  const configuration = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'store') } },
    http: { addr: `127.0.0.1:${port}`, relativeurls: true },
  };
  writeFileSync(settings, JSON.stringify(configuration));
  const child = spawn(PROGRAM, ['serve', settings], { stdio: 'ignore' });
  child.unref();
  // Ahead of the removal of its store, which it would otherwise go on writing to.
  process.prependOnceListener('exit', () => child.kill('SIGKILL'));
  await eventually(() => answers(child, port), LOOK_MS);
  return startFront(port);
}

async function answers(child: ChildProcess, port: number): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
  return fetch(`http://127.0.0.1:${port}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function startFront(port: number): Promise<TestRegistry> {
  const requests: string[] = [];
  let trouble: Trouble = 'none';
  let listener: ((request: string) => Promise<void>) | null = null;
  const respond = async (asked: IncomingMessage, answer: ServerResponse) => {
    const line = `${asked.method} ${asked.url}`;
    requests.push(line);
    await listener?.(line);
    if (trouble === 'fails') return void answer.writeHead(500).end('out of order');
    if (trouble === 'forbids') return void answer.writeHead(403).end('not for you');
    // Whoever asks hangs up some day.
    if (trouble === 'hangs') return;
    passOn(asked, answer, port);
  };
  const server = createServer((asked, answer) => {
    respond(asked, answer).catch(() => answer.destroy());
  });
  server.listen({ port: 0, host: '127.0.0.1' }).unref();
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    requests,
    setTrouble(next) {
      trouble = next;
    },
    setListener(next) {
      listener = next;
    },
  };
}

function passOn(asked: IncomingMessage, answer: ServerResponse, port: number): void {
  const { method, url: path, headers } = asked;
  const passed = request({ host: '127.0.0.1', port, method, path, headers }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}
