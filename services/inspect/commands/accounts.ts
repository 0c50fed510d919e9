// `onceward accounts`: what projects and providers were used for, what their day allows, and which are suspended.
// It only reads, with `--watch` for as long as it is wanted; a price that nobody has said stays unknown.
import { ACCOUNT_OWNERS } from '../../../machines/address.ts';
import { isToken } from '../../../machines/identifier.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { shown } from '../../config/issue-findings.ts';
import { absenceOf } from '../../queries/absent-actor.ts';
import { type AccountRow, readAccountRows } from '../../queries/account-rows.ts';
import { byAddress } from '../../queries/listed-actor.ts';
import { accountSource } from '../../queries/row-sources.ts';
import { withSession } from '../../queries/session.ts';
import { accountListing } from '../account-listing.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printListing } from '../output.ts';
import type { RowKind } from '../ps/kinds.ts';
import { timesOf } from '../times.ts';

export interface AccountsInput {
  /** `owner`, `owner/name`, or the address. Defaults to all. */
  account?: string | undefined;
  isFollowing?: boolean;
}

/** @throws ACTOR_NOT_FOUND, USAGE, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function accounts(context: CommandContext, input: AccountsInput): Promise<number> {
  const { owner, name } = partsOf(input.account);
  const keys = `${owner ?? '*'}.${name ?? '*'}`;
  if (input.isFollowing) {
    // Loaded only when it is wanted: a list must not wait for it.
    const { watchRows } = await import('../ps/watch-rows.ts');
    return watchRows(context, followed(keys), {});
  }
  await withSession(context, async (session) => {
    const rows = await readAccountRows(session, keys);
    if (rows.length === 0 && owner !== undefined && name !== undefined) {
      throw await absenceOf(session, { kind: 'account', owner, name });
    }
    printListing(context, accountListing(rows, timesOf(context, session.clock.nowMs())));
    if (rows.length > 0 || !context.err.isTerminal) return;
    context.err.line(
      'no accounts: the first run of an agent opens those of its project and provider',
    );
  });
  return EXIT.done;
}

function followed(keys: string): RowKind<AccountRow> {
  return {
    takes: [],
    states: [],
    read: (session) => readAccountRows(session, keys),
    follow: () => accountSource(keys),
    listing: accountListing,
    order: byAddress,
    identityOf: ({ address }) => address,
  };
}

/** @throws USAGE */
function partsOf(text: string | undefined) {
  if (text === undefined) return { owner: undefined, name: undefined };
  const [first = '', name, ...rest] = text.replace(/^account\./, '').split(/[/.]/);
  const owner = ACCOUNT_OWNERS.find((known) => known === first);
  const isName = name === undefined || isToken(name);
  if (owner !== undefined && isName && rest.length === 0) return { owner, name };
  const expected = ACCOUNT_OWNERS.map((known) => `${known}[/name]`).join(' or ');
  throw new OncewardError('USAGE', `${shown(text)} is no account: expected ${expected}`);
}
