// The page before a real fleet: onceward as `up` runs it, with its page on a free port, and a browser's tab that
// keeps what went wrong in it and whom it asked. It must never hide a request that left the origin.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { partitionFor } from '../../services/queries/session.ts';
import { type Inspector, openInspector } from '../../transport/nats/inspector.ts';
import type { Reply } from '../../transport/ports.ts';
import { type Onceward, startUp } from '../operating/onceward-process.ts';
import { freePorts } from './free-ports.ts';
import { natsServer } from './nats-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface PageFleet {
  /** `http://127.0.0.1:12345`, without the slash at its end; it stays over `stop` and `start`. */
  url: string;
  /** What writing takes: open `<path>#token=<token>`. */
  token: string;
  stateDirectory: string;
  /** Another reader of the same server. */
  session: Inspector;
  /** What the present process has logged so far, as JSON lines. */
  log(): string;
  /** Opens an item; its first run is open then. `address` as people type it: `shop/7`. */
  submit(address: string, title?: string, body?: string): Promise<Reply>;
  /** Sends an event as a publisher or an operator does. */
  send(address: string, type: string, data?: Record<string, unknown>): Promise<Reply>;
  /** Ends the fleet and its page; the records stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface PageFleetOptions {
  /** Path of a configuration, such as that of an agent project. Defaults to the one below. */
  configuration?: string;
  /** Where the page listens. Defaults to loopback. */
  host?: string;
}

/** Stages that a publisher drives alone, and one that a person decides. */
const CONFIGURATION = `version: 1
settings: { graceMs: 20000, finalizeTimeoutMs: 3000, presenceTtlMs: 2000, sweepMs: 500, bootGraceMs: 0 }
projects:
  shop: { repository: remote.git, pipeline: outside }
  desk: { repository: remote.git, pipeline: decided }
pipelines:
  outside:
    stages:
      - { name: build, kind: external }
      - { name: ship, kind: external, onFail: build }
  decided:
    stages:
      - { name: approval, kind: approval, gates: [] }
      - { name: build, kind: external }
`;

const TOKEN = 'token-of-the-page-test-0123456789';

/** Starts a fleet of one process, host and worker, on this test file's nats-server. */
export async function startPageFleet(options: PageFleetOptions = {}): Promise<PageFleet> {
  const { url: natsUrl } = await natsServer({ syncAlways: false });
  const stateDirectory = temporaryDirectory();
  const configuration = options.configuration ?? writeConfiguration(stateDirectory);
  const [port = 0] = await freePorts(1);
  const { host = '127.0.0.1' } = options;
  const env = { ONCEWARD_HTTP: `${host}:${port}`, ONCEWARD_HTTP_TOKEN: TOKEN };
  const launch = () =>
    startUp({ configuration }, { role: 'all', natsUrl, stateDir: stateDirectory, env });

  let up: Onceward | null = await launch();
  const session = await openInspector({ url: natsUrl, name: 'test', partitionOf: partitionFor });
  const ask = (address: string, type: string, data: Record<string, unknown>) =>
    session.asker.ask({ address: subjectOf(address), type, data });
  const stop = async () => {
    const running = up;
    up = null;
    running?.kill('SIGTERM');
    await running?.ended;
  };
  const close = async () => {
    fleets.delete(close);
    await stop();
    await session.close();
  };
  fleets.add(close);
  return {
    ...{ url: `http://127.0.0.1:${port}`, token: TOKEN, stateDirectory, session, stop },
    log: () => up?.log() ?? '',
    submit: (address, title = `Title of ${address}`, body = '') =>
      ask(address, 'open', { title, body, by: 'operator:tester' }),
    send: (address, type, data = {}) => ask(address, type, data),
    async start() {
      up ??= await launch();
    },
    close,
  };
}

/** Closes what is still running: also what a test that failed has left. For `test.after`. */
export async function closePageFleets(): Promise<void> {
  await Promise.all([...fleets].map((close) => close()));
}

const fleets = new Set<() => Promise<void>>();

export interface OpenedPage {
  page: Page;
  /** Errors and warnings of the console, exceptions, and what the page's policy has stopped. */
  problems: string[];
  /** Every request so far, those that left the origin included. */
  requests: Request[];
  /** Addresses of requests to anywhere but the fleet. */
  foreign(): string[];
  /** Bytes of all answers that are complete, as they were sent (compressed, with headers), without the streams. */
  loadedBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a path in a tab of its own: nothing is shared with other tabs, not even the token. */
export async function openPage(
  browser: Browser,
  fleet: Pick<PageFleet, 'url'>,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: Request[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      problems.push(`${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => void problems.push(error.stack ?? error.message));
  page.on('dialog', (dialog) => {
    problems.push(`the page opened a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => void requests.push(request));
  await page.goto(`${fleet.url}${path}`);
  return {
    ...{ page, problems, requests },
    foreign: () => requests.map((request) => request.url()).filter((url) => !isOwn(url, fleet.url)),
    loadedBytes: () => loadedBytes(requests),
    close: () => context.close(),
  };
}

function isOwn(url: string, origin: string): boolean {
  return new URL(url).origin === origin || /^(data|blob):/.test(url);
}

async function loadedBytes(requests: readonly Request[]): Promise<number> {
  const files = requests.filter((request) => request.resourceType() !== 'eventsource');
  const sizes = await Promise.all(files.map((request) => request.sizes()));
  return sizes.reduce((sum, size) => sum + size.responseHeadersSize + size.responseBodySize, 0);
}

function writeConfiguration(folder: string): string {
  const path = join(folder, 'onceward.yaml');
  writeFileSync(path, CONFIGURATION);
  return path;
}

/** `shop/7` as `item.shop.7`, `shop/7/build/1` as `run.shop.7.build.1`. */
function subjectOf(address: string): string {
  const tokens = address.split('/');
  return [tokens.length === 2 ? 'item' : 'run', ...tokens].join('.');
}
