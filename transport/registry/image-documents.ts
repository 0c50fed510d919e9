// What the JSON documents of an image say: its manifest, or that of several platforms, and its configuration.
// It must never take a document for the one that was asked for without having counted its digest.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OncewardError } from '../errors.ts';

/** Where documents are read from. */
export interface ImageDocuments {
  /** Of a manifest; null when it is not there. */
  manifest(digest: string): Promise<Buffer | null>;
  /** Of the configuration that an image's manifest names. */
  configuration(manifest: { digest: string; config: string }): Promise<Buffer | null>;
}

export type Labels = Readonly<Record<string, string>>;

/** Images of one index; more are no image of a commit, but an attack on whoever reads it. */
const MAX_IMAGES = 16;

const descriptor = z.object({
  digest: z.string(),
  platform: z.object({ os: z.string().default('') }).optional(),
});
const manifestSchema = z.object({
  config: descriptor.optional(),
  manifests: z.array(descriptor).optional(),
});
const configurationSchema = z.object({
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

export function digestOf(document: Uint8Array): string {
  return `sha256:${createHash('sha256').update(document).digest('hex')}`;
}

/**
 * The labels of every image that the digest stands for: one, or one for each platform.
 * @throws REGISTRY_REFUSED when a document is missing, or is no document of an image
 */
export async function labelsOf(source: ImageDocuments, digest: string): Promise<Labels[]> {
  const top = await manifestOf(source, digest);
  if (top.manifests === undefined) return [await labelsIn(source, digest, top.config?.digest)];
  // What builders add on how they built, which runs nowhere, is no image.
  const images = top.manifests.filter(({ platform }) => platform?.os !== 'unknown');
  if (images.length === 0 || images.length > MAX_IMAGES) {
    throw unreadable(digest, `it lists ${images.length} images, expected 1 to ${MAX_IMAGES}`);
  }
  const labels: Labels[] = [];
  for (const image of images) {
    const { config } = await manifestOf(source, image.digest);
    labels.push(await labelsIn(source, image.digest, config?.digest));
  }
  return labels;
}

async function manifestOf(source: ImageDocuments, digest: string) {
  const document = await source.manifest(digest);
  if (document === null) throw unreadable(digest, 'it is not there');
  const found = digestOf(document);
  if (found !== digest) throw unreadable(digest, `it has the digest ${found}`);
  return parsed(manifestSchema, document, digest);
}

async function labelsIn(
  source: ImageDocuments,
  digest: string,
  config: string | undefined,
): Promise<Labels> {
  if (config === undefined) throw unreadable(digest, 'it names no configuration');
  const document = await source.configuration({ digest, config });
  if (document === null || digestOf(document) !== config) {
    throw unreadable(digest, 'its configuration is not there');
  }
  return parsed(configurationSchema, document, config).config?.Labels ?? {};
}

function parsed<T>(schema: z.ZodType<T>, document: Buffer, digest: string): T {
  try {
    return schema.parse(JSON.parse(document.toString('utf8')));
  } catch (cause) {
    throw unreadable(digest, 'it is no document of an image', cause);
  }
}

function unreadable(digest: string, why: string, cause?: unknown): OncewardError {
  const message = `${digest} cannot be read as an image: ${why}`;
  return new OncewardError('REGISTRY_REFUSED', message, { cause, details: { digest } });
}
