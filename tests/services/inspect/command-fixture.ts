// A command's surroundings, made for a test: what it writes is kept, and nothing of this process leaks in.
import { setTimeout } from 'node:timers/promises';
import type { FrozenPipeline } from '../../../machines/item/events.ts';
import { readEnvironment } from '../../../services/config/environment.ts';
import type {
  CommandContext,
  OutputFormat,
  Sink,
  TimeStyle,
} from '../../../services/inspect/command-context.ts';
import { type AuditLine, parseAuditMessage } from '../../../services/queries/audit-entries.ts';
import { withSession } from '../../../services/queries/session.ts';
import { natsServer } from '../../support/nats-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { externalPipeline, startTestHost, type TestHost } from '../../support/test-host.ts';

export interface TestContext {
  context: CommandContext;
  /** Everything written so far. */
  out(): string;
  err(): string;
  /** The documents of `-o json` (one) or `-o jsonl` (several). */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
  documents(): any[];
  /** Resolves once a line containing the text was written. */
  written(text: string): Promise<void>;
  stop(): void;
}

export interface TestContextOptions {
  natsUrl?: string | undefined;
  output?: OutputFormat;
  input?: string;
  isTerminal?: boolean;
  stateDirectory?: string;
  hasHeaders?: boolean;
  timeStyle?: TimeStyle;
  screen?: CommandContext['screen'];
  ask?: CommandContext['ask'];
}

export function testContext(options: TestContextOptions = {}): TestContext {
  const directory = options.stateDirectory ?? temporaryDirectory();
  const stop = new AbortController();
  const out = recordingSink(options.isTerminal ?? false);
  const err = recordingSink(options.isTerminal ?? false);
  const output = options.output ?? 'table';
  const context: CommandContext = {
    out,
    err,
    output,
    hasHeaders: options.hasHeaders ?? true,
    timeStyle: options.timeStyle,
    style: (_, text) => text,
    environment: readEnvironment({}),
    variables: process.env,
    directory,
    homeDirectory: directory,
    configurationFile: `${directory}/onceward.yaml`,
    stateDirectory: directory,
    natsUrl: options.natsUrl,
    operator: 'operator:tester',
    machine: 'machine-of-the-test',
    version: '0.0.0-test',
    nodeVersion: process.versions.node,
    readInput: async () => options.input ?? '',
    screen: options.screen ?? null,
    ask: options.ask ?? null,
    stopSignal: () => stop.signal,
    delay: (delayMs) => setTimeout(delayMs),
    onReload: () => {},
  };
  const documents = () =>
    output === 'json'
      ? [JSON.parse(out.all())]
      : out
          .all()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line));
  return {
    context,
    out: out.all,
    err: err.all,
    documents,
    written: out.written,
    stop: () => stop.abort(),
  };
}

/** A server, a host on it with the project `shop` and those that are named, and contexts that ask it. */
export async function startFleet(pipelines: Record<string, FrozenPipeline> = {}): Promise<{
  url: string;
  host: TestHost;
  at(options?: TestContextOptions): TestContext;
  /** Resolves once the audit has stored an entry in which each of these texts stands. */
  audited(...texts: string[]): Promise<void>;
}> {
  const { url } = await natsServer({ syncAlways: false });
  const host = await startTestHost({
    url,
    pipelines: { shop: externalPipeline('build', 'ship'), ...pipelines },
  });
  const at = (options?: TestContextOptions) => testContext({ natsUrl: url, ...options });
  return { url, host, at, audited: (...texts) => audited(at().context, texts) };
}

async function audited(context: CommandContext, texts: readonly string[]): Promise<void> {
  const isIt = (entry: AuditLine) => texts.every((text) => JSON.stringify(entry).includes(text));
  await withSession(context, async (session) => {
    const feed = await session.openAudit({ sinceMs: 0 });
    for await (const body of feed.bodies()) if (parseAuditMessage(body).some(isIt)) break;
    await feed.close();
  });
}

/** Takes the run of an external stage to its end, as a publisher does. */
export async function finishRun(
  { asker }: TestHost,
  run: string,
  kind: 'pass' | 'product_fail' = 'pass',
): Promise<void> {
  const address = `run.${run.split('/').join('.')}`;
  await asker.ask({ address, type: 'exited', data: { code: 0 } });
  const verdict = { kind, cause: 'test', summary: '', headSha: null, isLanded: false };
  await asker.ask({ address, type: 'claim', data: { claimant: 'publisher-1', verdict } });
}

interface RecordingSink extends Sink {
  all(): string;
  written(text: string): Promise<void>;
}

function recordingSink(isTerminal: boolean): RecordingSink {
  const decoder = new TextDecoder();
  const waiting = new Map<string, () => void>();
  let kept = '';
  const add = (chunk: string | Uint8Array) => {
    kept += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    for (const [text, resolve] of waiting) if (kept.includes(text)) resolve();
  };
  return {
    text: add,
    line: (line) => add(`${line}\n`),
    isTerminal,
    columns: isTerminal ? 40 : undefined,
    all: () => kept,
    written: (text) =>
      kept.includes(text)
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.set(text, resolve)),
  };
}
