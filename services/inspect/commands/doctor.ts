// `onceward doctor`: one line for each check, and exit code 1 when one fails.
// It must never need a configuration: it is what people run when nothing works.
import { createGit } from '../../../transport/git/git.ts';
import { readConfigurationFile } from '../../config/load.ts';
import type { Configuration } from '../../config/schema.ts';
import { readConnectionNote } from '../../queries/connection-file.ts';
import { readJanitorReport } from '../../queries/janitor-file.ts';
import { credentialsReader } from '../../queries/session.ts';
import type { Check } from '../check.ts';
import type { CommandContext } from '../command-context.ts';
import { type DoctorOptions, runDoctor } from '../doctor.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument, printEntry } from '../output.ts';
import { printable } from '../printable.ts';

const DAY_MS = 86_400_000;
const NAME_COLUMNS = 28;

export interface DoctorInput {
  containerImage?: string;
}

export async function doctor(
  context: CommandContext,
  { containerImage: image }: DoctorInput = {},
): Promise<number> {
  const configuration = await configurationOf(context);
  const pipelines = Object.values(configuration?.pipelines ?? {});
  const stages = pipelines.flatMap((pipeline) => pipeline.stages);
  const { variables } = context;
  const options: DoctorOptions = {
    nats: await natsOf(context, configuration),
    isolation: { stages, image, environment: variables },
    agents: { stages, accounts: configuration?.accounts ?? {}, environment: variables },
    images: { stages, environment: variables },
    connections: { connections: configuration?.connections ?? {}, environment: variables },
    git: createGit(variables),
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

async function natsOf(
  context: CommandContext,
  configuration: Configuration | null,
): Promise<DoctorOptions['nats']> {
  const { natsUrl, stateDirectory, environment } = context;
  const note = natsUrl === undefined ? await readConnectionNote(stateDirectory) : null;
  const url = natsUrl ?? note?.natsUrl;
  if (url === undefined) return null;
  return {
    url,
    credentials: credentialsReader(environment.natsCredentialsFile),
    inboxPrefix: environment.natsInboxPrefix,
    monitorUrl: environment.natsMonitorUrl ?? note?.monitorUrl,
    topology: topologyOf(context, configuration),
  };
}

/** Null when there is none, or none that can be read. */
async function configurationOf({
  configurationFile,
  environment,
}: CommandContext): Promise<Configuration | null> {
  const reading = await readConfigurationFile({
    file: configurationFile,
    graceMs: environment.graceMs,
  });
  return reading.outcome === 'invalid' ? null : reading.configuration;
}

/** What the configuration asks of the streams; the defaults when there is none that can be read. */
function topologyOf({ environment }: CommandContext, configuration: Configuration | null) {
  if (configuration === null) return {};
  const { partitions, replicas, archiveMaxAgeDays } = configuration.settings;
  return {
    partitions,
    replicas: environment.replicas ?? replicas,
    archiveMaxAgeMs: archiveMaxAgeDays * DAY_MS,
  };
}
