// How moments are said to people: as distances from now, or as moments in UTC, as `--time` asks.
// It must never read a clock: now is given.

import { formatDuration, formatMoment, formatRemaining } from '../queries/duration.ts';
import type { CommandContext } from './command-context.ts';

/** Without `--time`, lists say distances, and the page of one thing says moments, or both. */
export interface Times {
  /** In a list, how long it has gone on: `4m12s`, or since when. */
  lasting(sinceMs: number): string;
  /** In a list: `4m12s ago`, or when it was. */
  past(atMs: number): string;
  /** In a list: `in 4m12s`, or when it will be. */
  due(atMs: number): string;
  /** On a page: the moment, unless distances are asked for. */
  moment(atMs: number): string;
  /** The same in a sentence: `at` and the moment, or `4m12s ago`. */
  at(atMs: number): string;
  /** In a sentence: the moment and how far away it is, unless one of them is asked for. */
  both(atMs: number): string;
  /** In a sentence: `for 4m12s, since` and the moment, unless one of them is asked for. */
  since(sinceMs: number): string;
  /** Whether a page says the one and the other: nobody has asked for one of them. */
  isBoth: boolean;
}

export function timesOf({ timeStyle }: Pick<CommandContext, 'timeStyle'>, nowMs: number): Times {
  const isIso = timeStyle === 'iso';
  const isRelative = timeStyle === 'relative';
  const lasting = (sinceMs: number) => formatDuration(nowMs - sinceMs);
  const away = (atMs: number) =>
    atMs > nowMs ? formatRemaining(atMs - nowMs) : `${lasting(atMs)} ago`;
  const at = (atMs: number) => (isRelative ? away(atMs) : `at ${formatMoment(atMs)}`);
  return {
    lasting: isIso ? formatMoment : lasting,
    past: isIso ? formatMoment : (atMs) => `${lasting(atMs)} ago`,
    due: isIso ? formatMoment : (atMs) => formatRemaining(atMs - nowMs),
    moment: isRelative ? away : formatMoment,
    at,
    both: (atMs) => (isIso || isRelative ? at(atMs) : `${at(atMs)}, ${away(atMs)}`),
    since(sinceMs) {
      if (isIso) return `since ${formatMoment(sinceMs)}`;
      const distance = `for ${lasting(sinceMs)}`;
      return isRelative ? distance : `${distance}, since ${formatMoment(sinceMs)}`;
    },
    isBoth: timeStyle === undefined,
  };
}
