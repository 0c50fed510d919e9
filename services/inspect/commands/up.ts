// `onceward up`: runs a host, a worker or both until it is told to stop.
// It must never start with a configuration that has a problem, nor drop a good one for a bad one.

import { dirname } from 'node:path';
import { hasCode, OncewardError } from '../../../transport/errors.ts';
import { armFaults } from '../../../transport/process/fault-point.ts';
import type { Log } from '../../actors/log.ts';
import type { HttpOptions, Role, RunningApp } from '../../app-options.ts';
import type { HttpAddress } from '../../config/http-address.ts';
import { formatProblem } from '../../config/problems.ts';
import { type ConfigurationSource, openConfiguration } from '../../config/reload.ts';
import { maskCredentials } from '../../config/repository.ts';
import { readConnectionNote } from '../../queries/connection-file.ts';
import { credentialsReader } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { createLog } from '../log.ts';
import { printDocument } from '../output.ts';
import { servedLine } from '../page-address.ts';
import { serverSource } from '../server-source.ts';

export interface UpInput {
  role: Role;
  /** Goes before ONCEWARD_LABELS. */
  labels?: readonly string[];
  /** Goes before ONCEWARD_HTTP. */
  http?: HttpAddress | 'off';
}

const HTTP_DEFAULT: HttpAddress = { host: '127.0.0.1', port: 7717 };

/** Ends with 0 after an orderly stop, by SIGINT as well as by SIGTERM; rejects when the app fails. */
export async function up(context: CommandContext, input: UpInput): Promise<number> {
  const { role } = input;
  const stop = context.stopSignal();
  const { environment, configurationFile } = context;
  const source = await openConfiguration({
    file: configurationFile,
    graceMs: environment.graceMs,
  });
  armFaults(environment.fault);
  const log = createLog(context, { role });
  const app = await start(context, { ...input, source, log });
  try {
    announce(context, app, role);
    context.onReload(() => void reload(app, source, log));
    await stopOrFailure(stop, app);
    log.info({}, 'stopping; a second signal ends the process at once');
  } finally {
    await app.stop();
  }
  return EXIT.done;
}

interface Parts extends UpInput {
  source: ConfigurationSource;
  log: Log;
}

async function start(context: CommandContext, parts: Parts): Promise<RunningApp> {
  const { role, source, log } = parts;
  const { environment, variables, stateDirectory } = context;
  const natsUrl = await serverFor(context, role);
  // Here, so that no other command waits for all of this to be loaded.
  const { startApp } = await import('../../app.ts');
  return startApp({
    role,
    labels: parts.labels ?? environment.labels,
    configuration: source.current(),
    configurationFolder: dirname(context.configurationFile),
    stateDirectory,
    natsUrl,
    replicas: environment.replicas,
    credentials: credentialsReader(environment.natsCredentialsFile)?.(),
    inboxPrefix: environment.natsInboxPrefix,
    monitorUrl: environment.natsMonitorUrl,
    natsServer: serverSource(context),
    environment: variables,
    isOwnershipIgnored: false,
    http: httpOf(context, parts),
    version: context.version,
    log,
  });
}

/** A worker alone serves nothing unless it is asked to: its host has the page. */
function httpOf(
  { environment, operator }: CommandContext,
  { role, http = environment.http }: UpInput,
): HttpOptions | undefined {
  const isNamed = http !== undefined;
  if (http === 'off' || (role === 'worker' && !isNamed)) return undefined;
  const address = http ?? HTTP_DEFAULT;
  return { address, isPortFlexible: !isNamed, token: environment.httpToken, operator };
}

/** A worker alone is of no use to a server of its own: it joins the one that runs here. */
async function serverFor(context: CommandContext, role: Role): Promise<string | undefined> {
  if (context.natsUrl !== undefined || role !== 'worker') return context.natsUrl;
  const note = await readConnectionNote(context.stateDirectory);
  if (note !== null) return note.natsUrl;
  const message = `a worker needs a server: none is named, none runs on ${context.stateDirectory}`;
  throw new OncewardError('BROKER_UNAVAILABLE', message);
}

function announce(context: CommandContext, app: RunningApp, role: Role): void {
  const projects = app.projects();
  const natsUrl = maskCredentials(app.natsUrl);
  const { identity, monitorUrl = null, http } = app;
  const served = { httpUrl: http?.url ?? null, httpTokenFile: http?.tokenFile ?? null };
  const document = { role, identity, natsUrl, monitorUrl, projects, ...served };
  printDocument(context, document, () => [
    `onceward ${role} ${identity} on ${natsUrl}, projects: ${projects.join(', ') || 'none'}`,
    ...(http === null ? [] : [servedLine(context.out, http)]),
  ]);
}

/** Never rejects: a reload that fails leaves everything as it was. */
async function reload(app: RunningApp, source: ConfigurationSource, log: Log): Promise<void> {
  try {
    const result = await source.reload();
    if (result.outcome === 'kept') {
      const problems = result.problems.map(formatProblem);
      log.error({ problems }, 'the configuration has problems; the last good one stays');
      return;
    }
    await app.apply(result.configuration);
    log.info({ projects: Object.keys(result.configuration.projects) }, 'configuration reloaded');
  } catch (err) {
    const isKnown = hasCode(err, 'BROKER_UNAVAILABLE', 'PERMISSION_DENIED', 'OUTCOME_UNKNOWN');
    log.error({ err }, isKnown ? 'the configuration could not be stored' : 'reloading failed');
  }
}

function stopOrFailure(stop: AbortSignal, app: RunningApp): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
    app.onFailure(reject);
  });
}
