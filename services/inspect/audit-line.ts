// An audit entry as one line for people.
// It must never print a control character that came from outside.
import { parseAddress } from '../../machines/address.ts';
import { type AuditLine, isLostClaim } from '../queries/audit-entries.ts';
import { formatMoment } from '../queries/duration.ts';
import { userAddress } from '../queries/user-address.ts';
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';

type Writing = Pick<CommandContext, 'style'> & Partial<Pick<CommandContext, 'timeStyle'>>;

/** `12:00:00.000  shop/7/build/1  claim  finalizing → claimed  rev 12  worker-1` */
export function auditLine(entry: AuditLine, { style, timeStyle }: Writing): string {
  const isKnown = parseAddress(entry.address) !== null;
  // Types, claimants and whatever wrote the entry come from outside; printable before styled, because styles are control codes.
  const address = isKnown ? userAddress(entry.address) : JSON.stringify(entry.address);
  const parts = [
    style('dim', timeStyle === 'iso' ? formatMoment(entry.atMs) : timeOf(entry.atMs)),
    printable(address),
    style('bold', printable(entry.type)),
    printable(transitionOf(entry)),
    entry.revision === null ? '' : `rev ${entry.revision}`,
    entry.claimant === null ? '' : `claimant ${printable(entry.claimant)}`,
    outcomeOf(entry, style),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function transitionOf({ from, to }: AuditLine): string {
  if (to === null) return from ?? '';
  return from === null || from === to ? to : `${from} → ${to}`;
}

function outcomeOf(entry: AuditLine, style: CommandContext['style']): string {
  const { outcome, reason, message } = entry;
  if (outcome === 'applied') return '';
  const why = [reason, message].filter(Boolean).join(': ');
  if (outcome === 'alarm') return style('red', printable(why));
  const said = isLostClaim(entry) ? `lost claim, ${outcome}` : outcome;
  return style(outcome === 'repeated' ? 'dim' : 'yellow', printable(`${said} ${why}`.trim()));
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, -1);
}
