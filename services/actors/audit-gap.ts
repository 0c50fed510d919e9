// The entries that the audit could not keep: only counted, until one alarm tells of them.
// It must never grow with what is dropped.
import type { AuditEntry } from './audit-entry.ts';

const GAP_ALARM = { type: 'alarm', outcome: 'alarm', reason: 'audit-gap' } as const;

type Append = (partition: number, entry: AuditEntry) => Promise<void>;

export interface AuditGap {
  /** Counts one more entry; resolves once an alarm that counts it is stored. */
  widen(partition: number, entry: AuditEntry): Promise<void>;
  /** Appends the alarm, if there is anything to tell. */
  tell(append: Append): void;
}

export function createAuditGap(): AuditGap {
  let open: { count: number; told: Promise<void>; settle: () => void } | null = null;
  let last: { partition: number; entry: AuditEntry } | null = null;
  return {
    widen(partition, entry) {
      // One promise for all of them.
      open ??= openGap();
      open.count += 1;
      last = { partition, entry };
      return open.told;
    },
    tell(append) {
      if (open === null || last === null) return;
      const { count, settle } = open;
      open = null;
      const message = `${count} entries could not be kept, this one the last of them`;
      void append(last.partition, { ...last.entry, ...GAP_ALARM, message }).then(settle);
    },
  };
}

function openGap() {
  const { done: told, settle } = createSettlement();
  return { count: 0, told, settle };
}

/** A promise, and what resolves it. */
export function createSettlement(): { done: Promise<void>; settle: () => void } {
  let settle = () => {};
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { done, settle };
}
