// `onceward rollback | hold | release`: what an operator decides about a deployment.
// It must never open one: where no item has come to, there is nothing that could be decided.
import { OncewardError } from '../../../../transport/errors.ts';
import { requireActor } from '../../../queries/absent-actor.ts';
import { deploymentView } from '../../../queries/deployment-reading.ts';
import type { DecisionView, DeploymentView } from '../../../queries/deployment-view.ts';
import { heldWords, versionWords } from '../../../queries/deployment-words.ts';
import { dryRun } from '../../../queries/dry-run.ts';
import { type Session, withSession } from '../../../queries/session.ts';
import { askActor, printAnswer, type Question } from '../../asking.ts';
import type { CommandContext } from '../../command-context.ts';
import { dryRunLines } from '../../dry-run-page.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { projectNamed } from '../queue/show.ts';

export interface DeploymentSteerInput {
  verb: 'rollback' | 'hold' | 'release';
  project: string;
  environment: string;
  /** Of `release`: those that were named. None is `retry`. */
  decisions?: readonly DecisionView['decision'][];
  reason?: string | undefined;
  /** Defaults to the operator. */
  by?: string | undefined;
  ifRevision?: number | undefined;
  id?: string | undefined;
  isDryRun?: boolean;
  timeoutMs: number;
}

/** @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE */
export async function deploymentSteer(
  context: CommandContext,
  input: DeploymentSteerInput,
): Promise<number> {
  const { verb: type, reason = '', by = context.operator, ifRevision, id, timeoutMs } = input;
  const decision = decisionIn(input);
  const data = {
    ...{ by, reason },
    ...(type === 'release' ? { decision } : {}),
    ...(ifRevision === undefined ? {} : { ifRevision }),
  };
  return withSession(context, async (session) => {
    const view = await viewOf(session, input);
    const question = { address: view.address, type, data, id, timeoutMs };
    if (type === 'release') assertAnswered(view, { decision, reason });
    if (input.isDryRun) return tryOut(context, session, question);
    tellBefore(context, view, { type, decision, by });
    printAnswer(context, question, await askActor(session, question));
    return EXIT.done;
  });
}

/** @throws USAGE */
function decisionIn({ decisions = [] }: DeploymentSteerInput): DecisionView['decision'] {
  const [decision = 'retry', ...more] = decisions;
  if (more.length === 0) return decision;
  throw new OncewardError('USAGE', '--retry, --accept and --reject exclude each other');
}

async function viewOf(
  session: Session,
  { project, environment }: DeploymentSteerInput,
): Promise<DeploymentView> {
  const named = {
    project: projectNamed(project),
    environment: projectNamed(environment, 'environment'),
  };
  const found = await requireActor(session, { kind: 'deployment', ...named });
  return deploymentView(found.stored, session.clock.nowMs());
}

/** What nobody has tested is not waved through in passing. @throws USAGE */
function assertAnswered(
  { hold }: DeploymentView,
  { decision, reason }: { decision: DecisionView['decision']; reason: string },
): void {
  const chosen = hold?.decisions.find((one) => one.decision === decision);
  if (chosen?.isOverride !== true || reason.trim() !== '') return;
  const message = `it is ${hold?.cause}: accepting it is an override, which needs a reason: --reason 'why'`;
  throw new OncewardError('USAGE', message);
}

/** What it comes to, before it is sent. */
function tellBefore(
  context: CommandContext,
  { hold, rollbackTo, live }: DeploymentView,
  { type, decision, by }: { type: string; decision: DecisionView['decision']; by: string },
): void {
  if (type === 'rollback' && rollbackTo !== null) {
    const from = live === null ? '' : ` from ${versionWords(live)}`;
    const item = rollbackTo.item === null ? '' : ` of ${rollbackTo.item}`;
    context.err.line(`rolls back${from} to ${versionWords(rollbackTo)}${item}`);
  }
  if (type !== 'release' || hold === null) return;
  const chosen = hold.decisions.find((one) => one.decision === decision);
  if (chosen === undefined) return;
  context.err.line(`held for ${heldWords(hold)}; ${decision} ${chosen.does}`);
  if (chosen.isOverride) context.err.line(`this is an override: ${by} answers for it`);
}

/** Ends as the refusal itself would: with 6, or with 5 for the revision. */
export async function tryOut(
  context: CommandContext,
  session: Session,
  question: Question,
): Promise<number> {
  const foreseen = await dryRun(session, question);
  printDocument(context, { ...foreseen }, () => dryRunLines(context, foreseen));
  if (foreseen.outcome === 'would-apply') return EXIT.done;
  return foreseen.reason === 'revision' ? EXIT.conflict : EXIT.refused;
}
