// The host of a demonstration, with its own nats-server, inside this process. Its log goes to a file.
// It must never be given an address: a demonstration starts its own server and uses no other.
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findNatsServer } from '../../transport/nats/server-binary.ts';
import type { Log } from '../actors/log.ts';
import { startApp } from '../app.ts';
import type { RunningApp } from '../app-options.ts';
import { loadConfiguration } from '../config/load.ts';
import type { Configuration } from '../config/schema.ts';
import type { DemoFolder } from './demo-folder.ts';

export interface DemoHost {
  app: RunningApp;
  configuration: Configuration;
  /** `2.15.1` */
  serverVersion: string;
}

export interface DemoHostOptions {
  natsServer: { override: string | undefined; path: string; cacheDirectory: string };
  /** Told one line when something takes long, such as fetching nats-server. */
  report: (line: string) => void;
}

/** @throws NATS_SERVER_MISSING, NATS_SERVER_TOO_OLD, BROKER_UNAVAILABLE */
export async function startDemoHost(
  folder: DemoFolder,
  { natsServer, report }: DemoHostOptions,
): Promise<DemoHost> {
  const { override, path, cacheDirectory } = natsServer;
  const found = await findNatsServer({ override, path, cacheDir: cacheDirectory, report });
  const file = folder.configurationFile;
  const configuration = loadConfiguration(await readFile(file, 'utf8'), { file });
  const app = await startApp({
    role: 'host',
    configuration,
    configurationFolder: folder.path,
    stateDirectory: folder.hostState,
    natsUrl: undefined,
    credentials: undefined,
    natsServer: { ...natsServer, override: found.binary },
    environment: folder.environment,
    isOwnershipIgnored: false,
    log: fileLog(folder.hostLog),
  });
  return { app, configuration, serverVersion: found.version };
}

function fileLog(path: string): Log {
  const entry = (level: string) => (fields: Record<string, unknown>, message: string) => {
    const { err } = fields;
    const plain = err instanceof Error ? { ...fields, err: err.stack ?? err.message } : fields;
    appendFileSync(path, `${JSON.stringify({ level, ...plain, msg: message })}\n`);
  };
  return { info: entry('info'), warn: entry('warn'), error: entry('error') };
}
