// One project as it is stored: where it comes from, its settings as they were written, its pipeline as frozen.
// It must never hold a secret, nor be guessed at: what cannot be read is said with the reason.
import { z } from 'zod';
import { type FrozenPipeline, frozenPipelineSchema } from '../../machines/item/events.ts';
import type { Entry } from '../../transport/ports.ts';
import { type ProjectSettings, projectSchema } from '../config/project-settings.ts';

/** Version of the record. */
const RECORD_VERSION = 2;

/** Settings as a person wrote them: defaults are left out. */
export type WrittenSettings = Readonly<Record<string, unknown>>;

export interface ProjectRecord {
  /** `file`: of an onceward.yaml, which alone changes it. `registry`: of the command line. */
  origin: 'file' | 'registry';
  /** No item is opened any more; the project goes with its last one. */
  isDraining: boolean;
  settings: WrittenSettings;
  /** As it goes into items that are opened from now on. */
  pipeline: FrozenPipeline;
}

export interface ReadableProject extends ProjectRecord {
  status: 'readable';
  project: string;
  revision: number;
  storedAtMs: number;
  /** The settings with every default filled in. */
  effective: ProjectSettings;
}

export interface UnreadableProject {
  status: 'unreadable';
  project: string;
  revision: number;
  why: string;
  /** Written by a newer version: it is left untouched. */
  isNewer: boolean;
}

export type ProjectReading = ReadableProject | UnreadableProject;

const recordSchema = z.object({
  v: z.literal(RECORD_VERSION),
  origin: z.enum(['file', 'registry']),
  isDraining: z.boolean(),
  settings: z.record(z.string(), z.unknown()),
  pipeline: frozenPipelineSchema,
});

/** The text of a record; equal records have equal texts. */
export function encodeProject({ origin, isDraining, settings, pipeline }: ProjectRecord): string {
  return JSON.stringify({ v: RECORD_VERSION, origin, isDraining, settings, pipeline });
}

/** Null for a project that was removed. */
export function readProjectEntry({
  key: project,
  value,
  revision,
  storedAtMs,
}: Entry): ProjectReading | null {
  if (value === null) return null;
  const unreadable = (why: string, isNewer = false) =>
    ({ status: 'unreadable', project, revision, why, isNewer }) satisfies ProjectReading;
  const stored = parsedJson(value);
  if (stored === undefined) return unreadable('it is no JSON');
  const record = recordSchema.safeParse(stored);
  if (!record.success)
    return unreadable(whyNot(stored, record.error), versionOf(stored) > RECORD_VERSION);
  const { origin, isDraining, settings, pipeline } = record.data;
  const parsed = projectSchema.safeParse(settings);
  if (!parsed.success) return unreadable(`settings: ${issueText(parsed.error)}`);
  const where = { status: 'readable', project, revision, storedAtMs } as const;
  return { ...where, origin, isDraining, settings, pipeline, effective: parsed.data };
}

function whyNot(stored: unknown, error: z.ZodError): string {
  const version = versionOf(stored);
  if (version === RECORD_VERSION) return issueText(error);
  if (version === 0) return 'it names no version';
  const age = version > RECORD_VERSION ? 'newer' : 'older';
  return `it was written by a ${age} version of onceward (record version ${version})`;
}

/** 0 when it names none. */
function versionOf(stored: unknown): number {
  const version = (stored as { v?: unknown } | null)?.v;
  return typeof version === 'number' ? version : 0;
}

// Without what was got: a message must not repeat what may have been written by anybody.
function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'the record'}: ${issue?.message ?? 'not valid'}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
