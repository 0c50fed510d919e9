// `onceward deployments`: all environments, those of a project, or one with everything that is known of it.
// It only reads, with `--watch` for as long as it is wanted.
import { absenceOf, strangeProject } from '../../../queries/absent-actor.ts';
import { deploymentView } from '../../../queries/deployment-reading.ts';
import { type DeploymentRow, readDeploymentRows } from '../../../queries/deployment-rows.ts';
import { findActor } from '../../../queries/found-actor.ts';
import { deploymentSource } from '../../../queries/row-sources.ts';
import { withSession } from '../../../queries/session.ts';
import type { CommandContext } from '../../command-context.ts';
import { deploymentListing } from '../../deployment-listing.ts';
import { addDeploymentTables, deploymentPairs } from '../../deployment-sections.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument, printListing } from '../../output.ts';
import { DEPLOYMENTS, type RowKind } from '../../ps/kinds.ts';
import { headPairs } from '../../record-sections.ts';
import { createSections } from '../../sections.ts';
import { timesOf } from '../../times.ts';
import { projectNamed } from '../queue/show.ts';

export interface DeploymentsInput {
  /** Defaults to all. */
  project?: string | undefined;
  /** Defaults to all of the project. */
  environment?: string | undefined;
  isFollowing?: boolean;
}

/** @throws ACTOR_NOT_FOUND, USAGE, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function deployments(
  context: CommandContext,
  input: DeploymentsInput,
): Promise<number> {
  const project = input.project === undefined ? undefined : projectNamed(input.project);
  const { environment, isFollowing = false } = input;
  if (isFollowing) return follow(context, { project, environment });
  if (project === undefined || environment === undefined) return list(context, project);
  return showOne(context, { project, environment: projectNamed(environment, 'environment') });
}

async function list(context: CommandContext, project: string | undefined): Promise<number> {
  await withSession(context, async (session) => {
    const rows = await readDeploymentRows(session, project === undefined ? '>' : `${project}.*`);
    printListing(context, deploymentListing(rows, timesOf(context, session.clock.nowMs())));
    if (rows.length > 0 || !context.err.isTerminal) return;
    const stranger = await strangeProject(session, project);
    context.err.line(stranger ?? `no deployments: ${DEPLOYMENTS.whyNone}`);
  });
  return EXIT.done;
}

async function showOne(
  context: CommandContext,
  which: { project: string; environment: string },
): Promise<number> {
  await withSession(context, async (session) => {
    const user = { kind: 'deployment', ...which } as const;
    const found = await findActor(session, user);
    if (found === null) throw await absenceOf(session, user);
    const nowMs = session.clock.nowMs();
    const view = deploymentView(found.stored, nowMs);
    printDocument(context, { ...view }, () => {
      const times = timesOf(context, nowMs);
      const sections = createSections(context);
      sections.pairs([...headPairs(found, times), ...deploymentPairs(view, times)]);
      addDeploymentTables(sections, view, times);
      return sections.lines();
    });
  });
  return EXIT.done;
}

/** One environment is a list of one. */
async function follow(
  context: CommandContext,
  { project, environment }: { project: string | undefined; environment: string | undefined },
): Promise<number> {
  // Loaded only when it is wanted: a list must not wait for it.
  const { watchRows } = await import('../../ps/watch-rows.ts');
  if (environment === undefined) return watchRows(context, DEPLOYMENTS, { project });
  const one: RowKind<DeploymentRow> = {
    ...DEPLOYMENTS,
    read: (session) => readDeploymentRows(session, `${project}.${environment}`),
    follow: () =>
      deploymentSource({ project, environment: projectNamed(environment, 'environment') }),
  };
  return watchRows(context, one, {});
}
