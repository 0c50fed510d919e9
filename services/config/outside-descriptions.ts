// What the rules for checks and reviews mean, in the words of the reference page and the editor hints.
// It must never state a range or a default: those come from the schema itself.
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
