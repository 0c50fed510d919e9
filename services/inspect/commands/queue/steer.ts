// `onceward queue freeze | resume | move | eject`: what an operator decides about a merge queue, or an item in one.
// It must never open a queue: one that no item has come to has nothing that could be decided.
import { dryRun } from '../../../queries/dry-run.ts';
import { findActor } from '../../../queries/found-actor.ts';
import { type Session, withSession } from '../../../queries/session.ts';
import { parseItemAddress } from '../../../queries/user-address.ts';
import { askActor, printAnswer } from '../../asking.ts';
import type { CommandContext } from '../../command-context.ts';
import { dryRunLines } from '../../dry-run-page.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { meantQueue, queueAbsence } from '../../queue-choice.ts';
import { projectNamed } from './show.ts';

export interface QueueSteerInput {
  verb: 'freeze' | 'resume' | 'move' | 'eject';
  /** A project; of `move` and `eject` an item, as project/item. */
  name: string;
  /** Defaults to the base branch of the project. */
  branch?: string | undefined;
  /** Of `freeze` and `eject`. */
  reason?: string | undefined;
  /** Of `move`. */
  to?: 'first' | 'last' | undefined;
  ifRevision?: number | undefined;
  id?: string | undefined;
  isDryRun?: boolean;
  timeoutMs: number;
}

/** @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE */
export async function queueSteer(context: CommandContext, input: QueueSteerInput): Promise<number> {
  const { verb: type, branch, id, timeoutMs, ifRevision } = input;
  const { project, about } = aboutOf(input);
  const data = {
    ...{ by: context.operator, ...about },
    ...(ifRevision === undefined ? {} : { ifRevision }),
  };
  return withSession(context, async (session) => {
    const address = await addressOf(session, { project, branch });
    const question = { address, type, data, id, timeoutMs };
    if (input.isDryRun) return tryOut(context, session, question);
    printAnswer(context, question, await askActor(session, question));
    return EXIT.done;
  });
}

/** @throws USAGE */
function aboutOf({ verb, name, reason = '', to = 'first' }: QueueSteerInput): {
  project: string;
  about: Record<string, unknown>;
} {
  if (verb === 'freeze') return { project: projectNamed(name), about: { reason } };
  if (verb === 'resume') return { project: projectNamed(name), about: {} };
  const { project, item } = parseItemAddress(name);
  return { project, about: verb === 'move' ? { item, to } : { item, reason } };
}

/** @throws ACTOR_NOT_FOUND with the reason why there is none */
async function addressOf(
  session: Session,
  which: { project: string; branch: string | undefined },
): Promise<string> {
  const meant = await meantQueue(session, which);
  const { project, branch, address } = meant;
  const found = await findActor(session, { kind: 'merge', project, branch });
  if (found === null) throw await queueAbsence(session, meant);
  return address;
}

/** Ends as the refusal itself would: with 6, or with 5 for the revision. */
async function tryOut(
  context: CommandContext,
  session: Session,
  question: Parameters<typeof dryRun>[1],
): Promise<number> {
  const foreseen = await dryRun(session, question);
  printDocument(context, { ...foreseen }, () => dryRunLines(context, foreseen));
  if (foreseen.outcome === 'would-apply') return EXIT.done;
  return foreseen.reason === 'revision' ? EXIT.conflict : EXIT.refused;
}
