// Who holds a lease, since when, and how far they got, in one line. It must never say who should.
import type { Holder } from '../../machines/lease-holder.ts';
import type { Times } from './times.ts';

/** Null while nobody holds it. */
export function leaseWords(
  { holder, leaseUntilMs }: { holder: Holder | null; leaseUntilMs: number | null },
  times: Times,
): string | null {
  if (holder === null) return null;
  const { worker, machine, token, sinceMs, doing, progressAtMs } = holder;
  const on = machine === '' ? '' : ` on ${machine}`;
  const until = leaseUntilMs === null ? '' : `; it ends ${times.both(leaseUntilMs)}`;
  const last = `last progress ${times.at(progressAtMs)}${doing && `: ${doing}`}`;
  return `${worker}${on}, token ${token}, ${times.since(sinceMs)}; ${last}${until}`;
}
