// What is known on this machine of one replacement of onceward by itself: facts in files of their own, each written
// whole, once, and by whoever comes first. It must never change a fact: processes that know nothing of each other rest on it.
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isGone, ownProcessMark } from '../../../../transport/process/abandoned.ts';
import { readRegularFile } from '../../regular-file.ts';

const MAX_FACT_BYTES = 262_144;
const LOCK = /^step\.(\d+)\.json$/;

const commandSchema = z.object({
  step: z.enum(['deploy', 'rollback']),
  key: z.string(),
  command: z.string(),
  timeoutMs: z.number(),
  /** A checkout that nobody else works in. */
  folder: z.string(),
  variables: z.record(z.string(), z.string()),
});

const runSchema = z.object({
  exit: z.number().nullable(),
  signal: z.string().nullable(),
  isOverdue: z.boolean(),
  tail: z.string(),
  durationMs: z.number(),
});

const faultSchema = z.object({
  kind: z.enum(['product_fail', 'infra_error', 'inconclusive', 'unobserved']),
  cause: z.string(),
  summary: z.string(),
});

const FACTS = {
  /** What is to be done. */
  order: z.object({
    v: z.literal(1),
    replace: commandSchema,
    /** Brings back what ran before; null when nothing did. */
    undo: commandSchema.nullable(),
    proveMs: z.number(),
    infrastructure: z.object({ exitCodes: z.array(z.number()), causes: z.array(z.string()) }),
  }),
  /** The command that replaces the service has ended well. */
  replaced: z.object({ atMs: z.number(), run: runSchema }),
  /** How it went, decided once: a proof that comes later is none. */
  decision: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('proven'), by: z.string() }),
    z.object({ outcome: z.literal('failed'), fault: faultSchema, run: runSchema.nullable() }),
  ]),
  /** What ran before was brought back, or could not be. */
  undone: z.object({ isBack: z.boolean(), run: runSchema.nullable() }),
} as const;

type FactName = keyof typeof FACTS;
type Fact<Name extends FactName> = z.infer<(typeof FACTS)[Name]>;
export type SelfOrder = Fact<'order'>;
export type SelfCommand = SelfOrder['replace'];
export type SelfRun = z.infer<typeof runSchema>;
export type SelfFacts = { [Name in FactName]: Fact<Name> | null };

export async function readFacts(folder: string): Promise<SelfFacts> {
  const [order, replaced, decision, undone] = await Promise.all([
    readFact(folder, 'order'),
    readFact(folder, 'replaced'),
    readFact(folder, 'decision'),
    readFact(folder, 'undone'),
  ]);
  return { order, replaced, decision, undone };
}

/** False when somebody else has written it before: then that stands. */
export function writeFact<Name extends FactName>(
  folder: string,
  name: Name,
  fact: Fact<Name>,
): Promise<boolean> {
  return writeOnce(join(folder, `${name}.json`), JSON.stringify(fact));
}

/** Makes this process the one that carries the replacement out; false while another one that lives does. */
export async function becomeStep(folder: string): Promise<boolean> {
  const { number, mark } = await newestStep(folder);
  if (mark !== null && !isGone(mark)) return false;
  // Whoever else finds the same one gone wants the same name, and one of them has it.
  return writeOnce(join(folder, `step.${number + 1}.json`), ownProcessMark());
}

export async function hasLivingStep(folder: string): Promise<boolean> {
  const { mark } = await newestStep(folder);
  return mark !== null && !isGone(mark);
}

async function newestStep(folder: string): Promise<{ number: number; mark: string | null }> {
  const names = await readdir(folder).catch(() => []);
  const number = Math.max(0, ...names.map((name) => Number(LOCK.exec(name)?.[1] ?? 0)));
  if (number === 0) return { number, mark: null };
  const file = await readRegularFile(join(folder, `step.${number}.json`), MAX_FACT_BYTES);
  return { number, mark: file?.content ?? null };
}

async function readFact<Name extends FactName>(
  folder: string,
  name: Name,
): Promise<Fact<Name> | null> {
  const file = await readRegularFile(join(folder, `${name}.json`), MAX_FACT_BYTES);
  if (file?.content == null) return null;
  return FACTS[name].parse(JSON.parse(file.content)) as Fact<Name>;
}

/** Whole or not at all, and on the disk: the power may fail, and the service be replaced all the same. */
async function writeOnce(path: string, text: string): Promise<boolean> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = join(folder, `.new-${randomUUID()}`);
  try {
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(aside, path);
    await syncFolder(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
