// Reads an exported life back in. The file may come from anywhere: it is checked whole, and what is foreign, or of a
// newer version, is refused.
import { z } from 'zod';
import { parseAddress } from '../../machines/address.ts';
import { type ActorRecord, decodeRecord, ENVELOPE_VERSION } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import type { ReplayStep } from '../../machines/replay.ts';
import { OncewardError } from '../../transport/errors.ts';
import { type AuditLine, parseAuditMessage } from './audit-entries.ts';
import { EXPORT_KIND, EXPORT_VERSION } from './run-export.ts';
import { actorAddress, parseUserAddress } from './user-address.ts';

/** What of an export can be replayed. */
export interface ReadExport {
  /** As in the subjects: `run.shop.7.build.1`. */
  address: string;
  exportedAtMs: number;
  versions: { onceward: string; envelope: number; machine: number };
  steps: ExportedStep[];
  audit: AuditLine[];
}

export interface ExportedStep extends ReplayStep {
  by: string;
}

const version = z.number().int().positive();
/** Up to the last moment a date can hold. */
const moment = z.number().min(0).max(8.64e15);

const stepSchema = z.object({
  revision: z.number().int().positive(),
  state: z.string(),
  event: z.object({
    type: z.string(),
    id: z.string().nullable(),
    atMs: moment,
    door: z.string(),
    data: z.record(z.string(), z.unknown()).nullable(),
  }),
  by: z.string(),
  record: z.unknown(),
  isRemade: z.boolean().default(false),
});

const exportSchema = z.object({
  v: z.literal(EXPORT_VERSION),
  kind: z.literal(EXPORT_KIND),
  address: z.string(),
  exportedAtMs: moment,
  versions: z.object({ onceward: z.string(), envelope: version, machine: version }),
  steps: z.array(stepSchema).min(1),
  audit: z.array(z.unknown()),
});

const headSchema = z.object({ v: version, kind: z.literal(EXPORT_KIND) });

/** @throws EXPORT_INVALID */
export function parseExport(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
}

/** @throws EXPORT_INVALID for what is no export, or one of a newer version */
export function readExport(document: unknown): ReadExport {
  const head = headSchema.safeParse(document);
  if (!head.success) throw invalid('it is no export of onceward');
  if (head.data.v > EXPORT_VERSION) throw newer('export', head.data.v, EXPORT_VERSION);
  const parsed = exportSchema.safeParse(document);
  if (!parsed.success) throw invalid(problemOf(parsed.error));
  const { address: user, exportedAtMs, versions, steps, audit } = parsed.data;
  const address = addressOf(user);
  assertKnown(address, versions);
  return {
    ...{ address, exportedAtMs, versions },
    steps: steps.map(({ isRemade, record, ...step }) => {
      // What was made again proves nothing: it is made once more.
      return { ...step, record: isRemade ? null : recordOf(address, step.revision, record) };
    }),
    audit: parseAuditMessage(JSON.stringify({ v: 1, entries: audit })),
  };
}

function addressOf(user: string): string {
  try {
    const address = actorAddress(parseUserAddress(user));
    if (address !== null) return address;
  } catch {
    // Said below, in the words of this file.
  }
  throw invalid(`address: ${JSON.stringify(user.slice(0, 200))} is that of no actor`);
}

function assertKnown(address: string, versions: ReadExport['versions']): void {
  const parsed = parseAddress(address);
  const known = parsed === null ? null : definitionOf(parsed.kind);
  if (known === null) throw invalid('this version has no machine for it');
  if (versions.envelope > ENVELOPE_VERSION) {
    throw newer('envelope', versions.envelope, ENVELOPE_VERSION);
  }
  if (versions.machine > known.version) throw newer('machine', versions.machine, known.version);
}

function recordOf(address: string, revision: number, record: unknown): ActorRecord | null {
  if (record === null || record === undefined) return null;
  const decoded = decodeRecord(JSON.stringify(record), definitionOf);
  if (decoded.outcome !== 'ok') throw invalid(`record of revision ${revision}: ${decoded.message}`);
  const { machine } = decoded.record;
  if (machine === parseAddress(address)?.kind) return decoded.record;
  throw invalid(`record of revision ${revision}: it is that of another machine, ${machine}`);
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.map(String).join('.') || 'document'}: ${issue?.message ?? 'invalid'}`;
}

function newer(what: string, found: number, known: number): OncewardError {
  return invalid(`it is of a newer onceward: ${what} version ${found}, this one knows ${known}`);
}

function invalid(why: string, cause?: unknown): OncewardError {
  return new OncewardError('EXPORT_INVALID', `the export cannot be read: ${why}`, { cause });
}
