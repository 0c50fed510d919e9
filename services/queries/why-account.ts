// Why an account stands where it stands: how much was used of it, why nothing may begin on it, and who ends that. Pure.
// It must never name a price that nobody has said.
import type { AccountContext } from '../../machines/account/context.ts';
import { isAccountCause } from '../../machines/agent.ts';
import { accountContextOf } from '../../machines/typed-context.ts';
import { capsReached } from '../../machines/usage.ts';
import { capsWords, usageWords } from './usage-words.ts';
import { suspendedWords, suspensionWords } from './why-account-words.ts';
import { accepted, type Offer, sending } from './why-commands.ts';
import { type ActorFacts, stateOf } from './why-facts.ts';
import { frame, lookingOffers, troubleOffers } from './why-frame.ts';
import type { Why } from './why-view.ts';

/** How long the offered suspension lasts: long enough to see to something. */
const OFFERED_SUSPENSION_MS = 3_600_000;

export function explainAccount(facts: ActorFacts): Why {
  const context = accountContextOf(facts.stored.record);
  const offers = [
    ...troubleOffers(facts),
    ...(context.suspension === null ? [suspendOffer(facts)] : [resumeOffer(facts, context)]),
    ...lookingOffers(facts),
  ];
  const records = new Map([[facts.address, facts.stored]]);
  return frame(facts, {
    ...explanationOf(facts, context),
    budgets: [],
    actions: accepted(offers, { records, nowMs: facts.nowMs }),
    run: null,
  });
}

function explanationOf(
  facts: ActorFacts,
  context: AccountContext,
): Pick<Why, 'waitsFor' | 'owner'> {
  const used = `used today: ${usageWords(context.today)}${ofCaps(context)}`;
  const { suspension } = context;
  if (suspension === null) {
    const owner = { who: 'the runs that draw on it', isAlive: null, detail: '' };
    return { waitsFor: `nothing: it is ${stateOf(facts)}, and runs begin on it; ${used}`, owner };
  }
  const { cause } = suspension;
  const ofOthers = cause === 'cap-reached' ? 'its next day' : 'a person';
  const who = isAccountCause(cause) ? 'its provider' : ofOthers;
  const begins = 'no run begins on it meanwhile, and those under way go on';
  const ends = `onceward send ${facts.address} resume ends that now`;
  return {
    waitsFor: `${who}, for ${suspensionWords(suspension, facts.nowMs)}; ${begins}; ${ends}; ${used}`,
    owner: { who, isAlive: null, detail: suspendedWords(suspension, facts.nowMs) },
  };
}

function ofCaps({ today, caps, grants }: AccountContext): string {
  const words = capsWords(caps, grants);
  if (words === '') return '';
  const reached = capsReached(today, caps, grants).join(', ');
  return `, of ${words} a day${reached === '' ? '' : `: reached ${reached}`}`;
}

function resumeOffer({ address }: ActorFacts, { suspension }: AccountContext): Offer {
  const isCapped = suspension?.cause === 'cap-reached';
  const does = isCapped
    ? 'lets as much again be used today'
    : 'lets runs begin on it now; a provider that still refuses suspends it again';
  return sending(address, { type: 'resume' }, does);
}

function suspendOffer({ address, nowMs }: ActorFacts): Offer {
  const data = { resetAtMs: nowMs + OFFERED_SUSPENSION_MS };
  const does = 'lets no run begin on it for an hour; those under way go on';
  return sending(address, { type: 'suspend', data }, does);
}
