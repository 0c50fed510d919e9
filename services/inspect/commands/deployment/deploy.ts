// `onceward deploy`: has a version deployed that was built before, by whatever names it.
// It must never send an image that no record holds, nor pass over a test that is missing without saying who answers.
import { rulesOf } from '../../../../machines/deployment/context.ts';
import { deploymentContextOf } from '../../../../machines/typed-context.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { requireActor } from '../../../queries/absent-actor.ts';
import { type Deployable, passesOf, requireDeployable } from '../../../queries/deployable.ts';
import { deploymentView } from '../../../queries/deployment-reading.ts';
import { shortDigest, versionWords } from '../../../queries/deployment-words.ts';
import { type DryRun, dryRun } from '../../../queries/dry-run.ts';
import { formatDuration } from '../../../queries/duration.ts';
import type { FoundActor } from '../../../queries/found-actor.ts';
import { type Rehearsal, rehearse } from '../../../queries/rehearsal.ts';
import { withSession } from '../../../queries/session.ts';
import { askActor, printAnswer } from '../../asking.ts';
import type { CommandContext } from '../../command-context.ts';
import { dryRunLines } from '../../dry-run-page.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { createSections } from '../../sections.ts';
import { projectNamed } from '../queue/show.ts';

export interface DeployInput {
  project: string;
  environment: string;
  /** One of the three names the version. */
  item?: string | undefined;
  sha?: string | undefined;
  digest?: string | undefined;
  reason?: string | undefined;
  /** Why it is deployed although nobody has tested it. */
  override?: string | undefined;
  /** Defaults to the operator. */
  by?: string | undefined;
  ifRevision?: number | undefined;
  id?: string | undefined;
  isDryRun?: boolean;
  timeoutMs: number;
}

/** @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE with what is known */
export async function deploy(context: CommandContext, input: DeployInput): Promise<number> {
  const project = projectNamed(input.project);
  const { item, sha, digest, id, timeoutMs, override = '' } = input;
  const environment = projectNamed(input.environment, 'environment');
  return withSession(context, async (session) => {
    const found = await requireActor(session, { kind: 'deployment', project, environment });
    const wanted = await requireDeployable(session, project, { item, sha, digest });
    const question = {
      ...{ address: found.address, type: 'deploy', id, timeoutMs },
      data: dataOf(context, input, wanted),
    };
    const untested = untestedWords(found, wanted);
    if (untested !== null && override.trim() === '') throw refusal(found, untested);
    if (input.isDryRun) {
      const nowMs = session.clock.nowMs();
      const plan = planOf(found, wanted, nowMs);
      return tellPlan(context, await dryRun(session, question), plan);
    }
    if (untested !== null) {
      const by = input.by ?? context.operator;
      context.err.line(`this is an override: ${untested}, and ${by} answers for it`);
    }
    const answer = await askActor(session, question);
    context.err.line(`deploys ${versionWords(wanted.artifact)}`);
    printAnswer(context, question, answer);
    return EXIT.done;
  });
}

function dataOf(
  { operator }: CommandContext,
  { by = operator, reason = '', override = '', ifRevision }: DeployInput,
  wanted: Deployable,
): Record<string, unknown> {
  const { artifact } = wanted;
  return {
    ...{ by, reason, artifact, passes: passesOf(wanted), override },
    ...(ifRevision === undefined ? {} : { ifRevision }),
  };
}

/** Null where it was tested, or need not be. */
function untestedWords({ stored }: FoundActor, { artifact, goodIn }: Deployable): string | null {
  const { settings, offered } = deploymentContextOf(stored.record);
  const { requires } = rulesOf({ settings: offered ?? settings });
  if (requires === undefined || goodIn.includes(requires)) return null;
  return `${requires} has no verdict of pass for ${shortDigest(artifact.digest)}`;
}

function refusal({ address }: FoundActor, untested: string): OncewardError {
  const message = `${address} would hold it: ${untested}`;
  const remedy = "deploy it there first, or say who answers for it with --override 'why'";
  return new OncewardError('EVENT_REFUSED', message, { remedy });
}

/** What is live comes back where it was found good; else what it would be rolled back to itself. */
function planOf({ address, stored }: FoundActor, { artifact }: Deployable, nowMs: number) {
  const { live, liveIs, rollbackTo } = deploymentView(stored, nowMs);
  const isLiveNext = liveIs === 'good' && live?.digest !== artifact.digest;
  const back = (isLiveNext ? live : rollbackTo)?.digest ?? null;
  const context = deploymentContextOf(stored.record);
  return rehearse(context, artifact, { address, rollbackTo: back });
}

function tellPlan(context: CommandContext, foreseen: DryRun, plan: Rehearsal | null): number {
  const { address, outcome, message } = foreseen;
  printDocument(context, { address, outcome, message, plan }, () => [
    ...dryRunLines(context, { ...foreseen, changes: [] }),
    ...(plan === null ? [] : planLines(context, plan)),
  ]);
  if (outcome === 'would-apply') return EXIT.done;
  return foreseen.reason === 'revision' ? EXIT.conflict : EXIT.refused;
}

function planLines(context: CommandContext, plan: Rehearsal): string[] {
  const sections = createSections(context);
  sections.table('Steps', plan.steps, [
    { header: 'step', cell: ({ step }) => step },
    {
      header: 'at most',
      cell: ({ timeoutMs }) => (timeoutMs === null ? '' : formatDuration(timeoutMs)),
    },
    {
      header: 'does',
      cell: ({ does, command }) => (command === null ? does : `${does}: ${command}`),
    },
  ]);
  sections.table('Variables', Object.entries(plan.variables), [
    { header: 'name', cell: ([name]) => name },
    { header: 'value', cell: ([, value]) => value },
  ]);
  const back =
    plan.rollbackTo === null
      ? 'nothing could come back'
      : `${shortDigest(plan.rollbackTo)} comes back`;
  return [...sections.lines(), '', `If it proves bad, ${back}.`];
}
