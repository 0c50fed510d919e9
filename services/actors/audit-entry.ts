// One line of the audit: what came of one event. Types only.
import type { RefusalReason } from '../../transport/ports.ts';

export interface AuditEntry {
  atMs: number;
  address: string;
  id: string;
  type: string;
  door: string;
  outcome: 'applied' | 'refused' | 'repeated' | 'alarm';
  /** State before and after. */
  from: string | null;
  to: string | null;
  revision: number | null;
  /** Who claimed or tried to. */
  claimant: string | null;
  reason: RefusalReason | string | null;
  message: string;
  /** Host that decided. */
  by: string;
}
