// What the folders below a state directory take, as they were last measured, and whether that is too much.
// It must never stop what is under way: over the budget only new worktrees are refused.
import { lstat } from 'node:fs/promises';

export type DiskPart = 'worktrees' | 'runs' | 'logs' | 'repositories' | 'checkouts';
export const ITEM_PARTS = ['worktrees', 'runs', 'logs'] as const satisfies readonly DiskPart[];
export const SHARED_PARTS = ['repositories', 'checkouts'] as const satisfies readonly DiskPart[];

export interface DiskLedger {
  /** `project/item`, or the name of a shared part. */
  note(owner: string, part: DiskPart, bytes: number): void;
  /** Forgets all items but these. */
  retain(addresses: ReadonlySet<string>): void;
  usedBytes(): number;
  bytesOf(owner: string): number;
  parts(): Record<DiskPart, number>;
  /** The items that take most, largest first. */
  biggest(count: number): { address: string; bytes: number }[];
}

export function createDiskLedger(): DiskLedger {
  const owners = new Map<string, Map<DiskPart, number>>();
  const sum = (parts: Iterable<number>) => [...parts].reduce((total, bytes) => total + bytes, 0);
  const bytesOf = (owner: string) => sum(owners.get(owner)?.values() ?? []);
  const items = () => [...owners.keys()].filter((owner) => owner.includes('/'));
  return {
    note(owner, part, bytes) {
      const parts = owners.get(owner) ?? new Map<DiskPart, number>();
      owners.set(owner, parts.set(part, bytes));
    },
    retain(addresses) {
      for (const address of items()) if (!addresses.has(address)) owners.delete(address);
    },
    usedBytes: () => sum([...owners.keys()].map(bytesOf)),
    bytesOf,
    parts() {
      const parts = { worktrees: 0, runs: 0, logs: 0, repositories: 0, checkouts: 0 };
      for (const own of owners.values()) for (const [part, bytes] of own) parts[part] += bytes;
      return parts;
    },
    biggest: (count) =>
      items()
        .map((address) => ({ address, bytes: bytesOf(address) }))
        .sort((one, other) => other.bytes - one.bytes)
        .slice(0, count),
  };
}

const MEBIBYTE = 1_048_576;
const NAMED_ITEMS = 5;

export interface DiskBudget {
  /** Told what is used now; says what to raise an alarm with, once for each time it goes over. */
  check(ledger: DiskLedger, budgetBytes: number): string | null;
  /** Why no worktree may be made at this path; null where one may, or is there already. */
  refusal(worktreePath: string): Promise<string | null>;
}

export function createDiskBudget(): DiskBudget {
  let excess: string | null = null;
  return {
    check(ledger, budgetBytes) {
      const usedBytes = ledger.usedBytes();
      const wasOver = excess !== null;
      const isOver = budgetBytes > 0 && usedBytes > budgetBytes;
      excess = isOver
        ? `the state directory uses ${mebibytes(usedBytes)} of ${mebibytes(budgetBytes)} (diskBudgetMb)`
        : null;
      if (excess === null || wasOver) return null;
      const names = ledger
        .biggest(NAMED_ITEMS)
        .map((one) => `${one.address} ${mebibytes(one.bytes)}`);
      return `${excess}; no new worktree is made; most of it: ${names.join(', ') || 'no item'}`;
    },
    async refusal(worktreePath) {
      if (excess === null) return null;
      const isThere = await lstat(worktreePath).then(
        () => true,
        () => false,
      );
      return isThere ? null : `${excess}: no new worktree is made until there is room`;
    },
  };
}

/** `1 MiB` */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / MEBIBYTE)} MiB`;
}

export function budgetBytesOf({ diskBudgetMb }: { diskBudgetMb: number }): number {
  return diskBudgetMb * MEBIBYTE;
}
