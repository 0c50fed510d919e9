// `onceward doctor`: one line for each check, and exit code 1 when one fails.
// It must never need a configuration: it is what people run when nothing works.
import { createGit } from '../../../transport/git/git.ts';
import { readConfigurationFile } from '../../config/load.ts';
import { readConnectionNote } from '../../queries/connection-file.ts';
import { readJanitorReport } from '../../queries/janitor-file.ts';
import { credentialsReader } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { type Check, type DoctorOptions, runDoctor } from '../doctor.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument, printEntry } from '../output.ts';
import { printable } from '../printable.ts';

const DAY_MS = 86_400_000;
const NAME_COLUMNS = 28;

export async function doctor(context: CommandContext): Promise<number> {
  const options: DoctorOptions = {
    nats: await natsOf(context),
    git: createGit(context.variables),
    workspaces: await readJanitorReport(context.stateDirectory),
    nodeVersion: context.nodeVersion,
  };
  const checks: Check[] = [];
  // As they come, so that whoever waits for a dead server sees what has been found so far.
  for await (const check of runDoctor(options)) {
    checks.push(check);
    if (context.output !== 'json') printEntry(context, { ...check }, () => line(context, check));
  }
  const isHealthy = checks.every(({ isOk }) => isOk);
  if (context.output === 'json') printDocument(context, { isHealthy, checks }, () => []);
  return isHealthy ? EXIT.done : EXIT.error;
}

function line({ style }: CommandContext, { name, isOk, detail }: Check): string {
  const mark = isOk ? style('green', 'ok  ') : style('red', 'FAIL');
  return `${mark} ${name.padEnd(NAME_COLUMNS)}  ${printable(detail)}`;
}

async function natsOf(context: CommandContext): Promise<DoctorOptions['nats']> {
  const { natsUrl, stateDirectory, environment } = context;
  const note = natsUrl === undefined ? await readConnectionNote(stateDirectory) : null;
  const url = natsUrl ?? note?.natsUrl;
  if (url === undefined) return null;
  return {
    url,
    credentials: credentialsReader(environment.natsCredentialsFile),
    inboxPrefix: environment.natsInboxPrefix,
    monitorUrl: environment.natsMonitorUrl ?? note?.monitorUrl,
    topology: await topologyOf(context),
  };
}

/** What the configuration asks of the streams; the defaults when there is none that can be read. */
async function topologyOf({ configurationFile, environment }: CommandContext) {
  const reading = await readConfigurationFile({
    file: configurationFile,
    graceMs: environment.graceMs,
  });
  if (reading.outcome === 'invalid') return {};
  const { partitions, replicas, archiveMaxAgeDays } = reading.configuration.settings;
  return {
    partitions,
    replicas: environment.replicas ?? replicas,
    archiveMaxAgeMs: archiveMaxAgeDays * DAY_MS,
  };
}
