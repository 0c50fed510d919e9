// `onceward why`: what an item or a run waits for, who is to move it on, and what an operator can do now.
// It only reads, with an inspector's permissions; nothing it shows is decided here.
import { withSession } from '../../queries/session.ts';
import { parseUserAddress } from '../../queries/user-address.ts';
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
    const answer = await readWhy(session, user);
    const nowMs = session.clock.nowMs();
    printDocument(context, { ...answer, nowMs }, () => whyLines(context, answer, nowMs));
  });
  return EXIT.done;
}
