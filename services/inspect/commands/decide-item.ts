// `onceward approve | reject | cancel | retry | pause | resume`: what a person decides about an item.
import { itemAddress } from '../../../machines/address.ts';
import { withSession } from '../../queries/session.ts';
import { parseItemAddress } from '../../queries/user-address.ts';
import { askActor, printAnswer } from '../asking.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';

export interface DecideItemInput {
  verb: 'approve' | 'reject' | 'cancel' | 'retry' | 'pause' | 'resume';
  item: string;
  comment?: string;
  reason?: string;
  ifRevision?: number;
  id?: string;
  timeoutMs: number;
}

/** @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE */
export async function decideItem(context: CommandContext, input: DecideItemInput): Promise<number> {
  const { verb, comment, reason, ifRevision, id, timeoutMs } = input;
  const { project, item } = parseItemAddress(input.item);
  const data = {
    by: context.operator,
    ...(comment === undefined ? {} : { comment }),
    ...(reason === undefined ? {} : { reason }),
    ...(ifRevision === undefined ? {} : { ifRevision }),
  };
  const question = { address: itemAddress(project, item), type: verb, data, id, timeoutMs };
  await withSession(context, async (session) => {
    printAnswer(context, question, await askActor(session, question));
  });
  return EXIT.done;
}
