// What each guard of an account asks, in words for whoever wonders why an event was refused.
// It must never promise more than the guard checks.

export const accountGuardMeanings = {
  isDue: 'the deadline that stands in the record has come',
  exceedsDay: 'with what is drawn, as much is used as the caps of a day allow',
  isLonger: 'resetAtMs is later than the end of the present suspension',
  isDayCap: 'the day is over, and the suspension is for a cap of the day',
} as const;
