// `onceward deliveries`: the webhooks that came in and what each was about; with `--replay` one of them is stored again.
// It must never show or change a payload.
import { OncewardError } from '../../../transport/errors.ts';
import { shown } from '../../config/issue-findings.ts';
import type { WebhookSource } from '../../intake/webhook-source.ts';
import { readDeliveries, replayDelivery } from '../../queries/delivery-rows.ts';
import { withSession } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { deliveryListing } from '../delivery-listing.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument, printListing } from '../output.ts';
import { timesOf } from '../times.ts';

export interface DeliveriesInput {
  source?: WebhookSource | undefined;
  event?: string | undefined;
  limit: number;
  /** Id of the delivery to be stored once more. */
  replay?: string | undefined;
}

export const MAX_LISTED = 10_000;
const EVENT = /^[a-z0-9_.]{1,64}$/;

/** @throws DELIVERY_NOT_FOUND, USAGE, PERMISSION_DENIED, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function deliveries(context: CommandContext, input: DeliveriesInput): Promise<number> {
  const { source, event, limit, replay } = input;
  assertUsage(input);
  await withSession(context, async (session) => {
    if (replay !== undefined) {
      const by = context.operator;
      const done = await replayDelivery(session.deliveries, { id: replay, by, source });
      const said = `replayed: ${done.source} ${done.event} ${done.id}, for the ${ordinal(done.replay)} time`;
      return printDocument(context, { address: done.messageId, ...done }, () => [said]);
    }
    const rows = await readDeliveries(session.deliveries, { source, event }, limit);
    printListing(context, deliveryListing(rows, timesOf(context, session.clock.nowMs())));
    if (rows.length === 0 && context.err.isTerminal) {
      context.err.line('no webhooks: none came within 7 days, or none was about a project of ours');
    }
  });
  return EXIT.done;
}

function assertUsage({ event, limit, replay }: DeliveriesInput): void {
  if (event !== undefined && !EVENT.test(event)) {
    const message = `--event ${shown(event)}: expected the name of one, such as issues`;
    throw new OncewardError('USAGE', message);
  }
  if (limit > MAX_LISTED) {
    throw new OncewardError('USAGE', `--limit ${limit}: at most ${MAX_LISTED} are listed`);
  }
  if (replay !== undefined && event !== undefined) {
    throw new OncewardError('USAGE', '--replay names one delivery: leave --event out');
  }
}

function ordinal(count: number): string {
  const last = count % 100 > 10 && count % 100 < 14 ? 0 : count % 10;
  return `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}
