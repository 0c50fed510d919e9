// What an operator can do about a merge queue, and about an item in one. Only what its record would accept is shown.
import { mergeAddress } from '../../machines/address.ts';
import type { Stored } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import { branchArgument, branchOf, resumeCommand } from './queue-hold.ts';
import type { QueueView } from './queue-view.ts';
import { accepted, looking, type Offer } from './why-commands.ts';
import type { ActorFacts } from './why-facts.ts';
import { lookingOffers, troubleOffers } from './why-frame.ts';
import type { Action } from './why-view.ts';

const by = 'operator';

export function queueActions(facts: ActorFacts, view: QueueView): Action[] {
  const offers = [
    ...troubleOffers(facts),
    resumeOffer(view),
    freezeOffer(view),
    looking(`queue ${whichOf(view)}`, 'shows its train, its trials and who has the lease'),
    ...lookingOffers(facts),
  ];
  const records = new Map([[facts.address, facts.stored]]);
  return accepted(offers, { records, nowMs: facts.nowMs });
}

/** As in the subjects. */
export function queueAddressOf({ record }: Stored): string {
  const context = mergeContextOf(record);
  return mergeAddress(context.project, branchOf(context));
}

export function resumeOffer(view: Pick<QueueView, 'project' | 'branch' | 'address'>): Offer {
  return {
    command: resumeCommand(view),
    does: 'lets it try again; a base that is still red freezes it again',
    sends: { address: view.address, type: 'resume', data: { by } },
  };
}

function freezeOffer(view: QueueView): Offer {
  const during = view.trial === null ? '' : '; a landing under way is ended first';
  return {
    command: `onceward queue freeze ${whichOf(view)} --reason 'why'`,
    does: `lets nothing land until it is resumed${during}`,
    sends: { address: view.address, type: 'freeze', data: { by, reason: 'why' } },
  };
}

/** For an item that waits in it. */
export function entryOffers(view: QueueView, item: string): Offer[] {
  const { address } = view;
  const which = `${view.project}/${item}${branchArgument(view)}`;
  return [
    {
      command: `onceward queue move ${which} --to first`,
      does: 'puts it before all others; what is being tried goes on',
      sends: { address, type: 'move', data: { by, item, to: 'first' } },
    },
    {
      command: `onceward queue eject ${which} --reason 'why'`,
      does: 'sends it back, with that reason as feedback',
      sends: { address, type: 'eject', data: { by, item, reason: 'why' } },
    },
  ];
}

function whichOf(view: Pick<QueueView, 'project' | 'branch'>): string {
  return view.project + branchArgument(view);
}
