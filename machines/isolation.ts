// How far the commands of a stage are kept apart from the machine they run on.
// Pure data: nothing here knows how it is done, or whether a worker can.
import { z } from 'zod';

const MAX_EXTRA_MOUNTS = 16;

/** What an engine takes for the name of a network. `host` would be no isolation at all. */
const networkName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/)
  .refine((name) => name !== 'host', {
    message: 'the network of the host is everything on it; name a network of the engine, or "none"',
  });

/** A comma or a quote would end a part of the engine's own notation. */
const mountPath = z.string().regex(/^\/[^,"\n\0]{1,1023}$/, {
  message: 'expected an absolute path without a comma or a quote',
});

export const isolationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('process'),
    /** Four octal digits. Without it, that of the worker. */
    umask: z
      .string()
      .regex(/^0[0-7]{3}$/)
      .optional(),
    noNewPrivileges: z.boolean().default(false),
    sandbox: z.enum(['none', 'bubblewrap']).default('none'),
    /** Without it, a sandbox has none and a plain process that of the machine. */
    network: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('container'),
    image: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,255}$/),
    engine: z.enum(['docker', 'podman', 'auto']).default('auto'),
    network: networkName.default('none'),
    memoryMb: z.number().int().min(16).max(1_048_576).default(4_096),
    cpus: z.number().min(0.1).max(256).default(2),
    pids: z.number().int().min(16).max(65_536).default(1_024),
    extraMounts: z
      .array(
        z.strictObject({
          source: mountPath,
          /** Defaults to the same path. */
          target: mountPath.optional(),
          readOnly: z.boolean().default(true),
        }),
      )
      .max(MAX_EXTRA_MOUNTS)
      .default([]),
  }),
]);

export type Isolation = z.infer<typeof isolationSchema>;
export type ProcessIsolation = Extract<Isolation, { kind: 'process' }>;
export type ContainerIsolation = Extract<Isolation, { kind: 'container' }>;

const PLAIN: ProcessIsolation = { kind: 'process', noNewPrivileges: false, sandbox: 'none' };

/** Of a stage. A run that was opened before there was isolation has none, and is a plain process. */
export function isolationOf({ isolation }: { isolation?: Isolation | undefined }): Isolation {
  return isolation ?? PLAIN;
}

/** What of it cannot be: in words, or null. */
export function isolationProblem(isolation: Isolation): string | null {
  const isPlain = isolation.kind === 'process' && isolation.sandbox === 'none';
  return isPlain && isolation.network === false
    ? 'a plain process has the network of its machine; to withhold it, set sandbox: bubblewrap'
    : null;
}
