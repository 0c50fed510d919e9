// The OCI image layout that a build has left in a folder: which image it holds, and what that says of itself.
// It must never follow a link in it, nor take several images for one.
import { join } from 'node:path';
import { z } from 'zod';
import { readSmallFile } from '../disk/small-file.ts';
import { hasCode } from '../errors.ts';
import { type ImageDocuments, type Labels, labelsOf } from './image-documents.ts';

export interface LayoutImage {
  digest: string;
  /** Of each image that the digest stands for: one, or one for each platform. */
  labels: Labels[];
}

/** Of a document; layers are not read here. */
const MAX_DOCUMENT_BYTES = 4 * 1_024 * 1_024;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const indexSchema = z.object({
  manifests: z.array(z.object({ digest: z.string().regex(DIGEST) })).max(64),
});

/** The one image of a layout, or why it cannot be taken. */
export async function readLayout(folder: string): Promise<LayoutImage | { refused: string }> {
  const index = await readSmallFile(join(folder, 'index.json'), MAX_DOCUMENT_BYTES);
  if (index === null) return { refused: 'it left no OCI layout there: index.json is missing' };
  if ('refused' in index) return { refused: `index.json ${index.refused}` };
  const parsed = indexSchema.safeParse(parseJson(index.text));
  if (!parsed.success) return { refused: 'index.json is no index of an OCI layout' };
  const [image, ...others] = parsed.data.manifests;
  if (image === undefined) return { refused: 'its OCI layout holds no image' };
  if (others.length > 0) {
    return { refused: `its OCI layout holds ${others.length + 1} images, expected one` };
  }
  try {
    return { digest: image.digest, labels: await labelsOf(documentsIn(folder), image.digest) };
  } catch (error) {
    if (hasCode(error, 'REGISTRY_REFUSED')) return { refused: error.message };
    throw error;
  }
}

function documentsIn(folder: string): ImageDocuments {
  const read = async (digest: string): Promise<Buffer | null> => {
    if (!DIGEST.test(digest)) return null;
    const path = join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
    const file = await readSmallFile(path, MAX_DOCUMENT_BYTES);
    return file === null || 'refused' in file ? null : Buffer.from(file.text);
  };
  return { manifest: read, configuration: ({ config }) => read(config) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
