// What the rules for checks and reviews mean, in the words of the reference page and the editor hints.
// It must never state a range or a default: those come from the schema itself.
import type { MergeRules } from '../../machines/merge/rules.ts';
import type { ChecksRules, ReviewRules } from '../../machines/outside.ts';

export const CHECKS_DESCRIPTIONS: Readonly<Record<keyof ChecksRules, string>> = {
  required:
    'Names of checks and statuses that must be there and pass. Without any, what branch protection requires; ' +
    'where that requires nothing, whatever is there.',
  ignore: 'Names that are passed over; `*` stands for any characters.',
  dwellMs:
    'How long after the push no check at all still means “none yet”, and not “none configured”. Only where ' +
    'nothing is required.',
  inactivityMs:
    'How long nothing of a pending check may change, for one commit. A new commit begins anew.',
  reruns: 'How often faults of the infrastructure are run again, for one commit.',
};

export const REVIEWS_DESCRIPTIONS: Readonly<Record<keyof ReviewRules, string>> = {
  approvals: 'How many people have to approve the very commit.',
  rounds: 'How often this stage may send the item back before it is parked for a person.',
  reviewers: 'Logins that count besides people who may push here; programs among them.',
};

export const MERGE_DESCRIPTIONS: Readonly<Record<keyof MergeRules, string>> = {
  method:
    '`merge` lands one merge commit for each trial, with all its members as parents; `rebase` puts the commits ' +
    'of one item on top of the base.',
  batchSize: 'How many items are merged and tested together at most.',
  admission:
    '`forge`: an item is tried once its own checks have passed, nobody asks for changes, and it is approved as ' +
    '`reviews` says. `none`: whatever has come to this stage is tried.',
  checks:
    'How the checks of the forge are judged on the merged result. Without it, only the gates are asked.',
  reviews:
    'How many approvals an item needs, and whose. Without it, only requests for changes count.',
  redTrials: 'How many red trials must have held an item before it is sent back for them.',
};
