// `onceward why`: what an item or a run waits for, who is to move it on, and what an operator can do now.
// It only reads, with an inspector's permissions; nothing it shows is decided here.
import { hasCode, OncewardError } from '../../../transport/errors.ts';
import { readOutsideReport } from '../../queries/outside-file.ts';
import { withSession } from '../../queries/session.ts';
import { parseUserAddress, type UserAddress } from '../../queries/user-address.ts';
import { readWhy } from '../../queries/why.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { whyLines } from '../why-sections.ts';

export interface WhyInput {
  address: string;
}

/** @throws ACTOR_NOT_FOUND with the nearest thing there is, USAGE */
export async function why(context: CommandContext, input: WhyInput): Promise<number> {
  const user = parseUserAddress(input.address);
  await withSession(context, async (session) => {
    const answer = await readWhy(session, user).catch(async (error: unknown) => {
      throw (await stillAnIssue(context, user, error)) ?? error;
    });
    const nowMs = session.clock.nowMs();
    printDocument(context, { ...answer, nowMs }, () => whyLines(context, answer, nowMs));
  });
  return EXIT.done;
}

/** An item that is not there yet may be an issue that waits; null where nobody here knows of one. */
async function stillAnIssue(
  { stateDirectory }: CommandContext,
  user: UserAddress,
  error: unknown,
): Promise<OncewardError | null> {
  if (user.kind !== 'item' || !hasCode(error, 'ACTOR_NOT_FOUND')) return null;
  const report = await readOutsideReport(stateDirectory);
  const row = report?.projects.find(({ project }) => project === user.project);
  const issue = row?.waiting.find(({ item, ref }) => item === user.item || ref === user.item);
  if (issue === undefined) return null;
  const message = `item ${user.project}/${user.item} does not exist yet: issue ${issue.ref} waits: ${issue.reason}`;
  const remedy = `see all that wait with \`onceward project show ${user.project}\``;
  return new OncewardError('ACTOR_NOT_FOUND', message, { remedy });
}
