// Audit messages as entries.
// It must never stop at a message it cannot read: the stream goes on.
import { z } from 'zod';
import { userAddress } from './user-address.ts';

const nullableText = z.string().nullable().default(null);

/** The last moment a date can hold. */
const MAX_DATE_MS = 8.64e15;

const entrySchema = z.object({
  atMs: z.number().min(0).max(MAX_DATE_MS),
  address: z.string(),
  id: z.string().default(''),
  type: z.string(),
  door: z.string().default(''),
  outcome: z.string(),
  from: nullableText,
  to: nullableText,
  revision: z.number().nullable().default(null),
  claimant: nullableText,
  reason: nullableText,
  message: z.string().default(''),
  by: z.string().default(''),
});

const messageSchema = z.object({ v: z.literal(1), entries: z.array(z.unknown()) });

/** Looser than what hosts write, so that a later host's additions do no harm. */
export type AuditLine = z.infer<typeof entrySchema>;

/** The entries of one message; none when it is of a form this version does not know. */
export function parseAuditMessage(body: string): AuditLine[] {
  const message = messageSchema.safeParse(parseJson(body));
  const entries = message.success ? message.data.entries : [];
  return entries.flatMap((entry) => {
    const parsed = entrySchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A claim with one of these reasons has lost; with any other it was none. */
const LOSING_REASONS: readonly (string | null)[] = [
  'not-now',
  'revision',
  'finished',
  'stale-epoch',
];
/** Where a run is still to be claimed: what is refused there as `not-now` came too early. */
const UNCLAIMED = /^(?:running|finalizing|graceExpired)(?:\.|$)/;

/** True for a claim that came too late: somebody else had won, or the run had moved on. */
export function isLostClaim({
  type,
  outcome,
  reason,
  from,
}: Pick<AuditLine, 'type' | 'outcome' | 'reason' | 'from'>): boolean {
  if (type !== 'claim' || outcome !== 'refused') return false;
  const isEarly = reason === 'not-now' && UNCLAIMED.test(from ?? '');
  return !isEarly && LOSING_REASONS.includes(reason);
}

/** True when the entry is about this address or one below it: `shop` covers `shop/7/build/1`. */
export function isBelow(entry: AuditLine, prefix: string): boolean {
  const address = userAddress(entry.address);
  return address === prefix || address.startsWith(`${prefix}/`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
