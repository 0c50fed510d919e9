// What each guard of an account asks, in words for whoever wonders why an event was refused.
// It must never promise more than the guard checks.

export const accountGuardMeanings = {
  isDue: 'the deadline that stands in the record has come',
  isDueAtCap: 'the deadline has come, and as much is used today as the caps of a day allow',
  exceedsDay: 'with what is drawn, as much is used as the caps of a day allow',
  isLonger:
    'it would last longer than the present suspension, and is not the same fault without a time seen once more',
} as const;
