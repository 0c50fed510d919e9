// The label by which an image says of which commit it is.
// It must never take an image without it for one of any commit.
import type { Labels } from '../../../transport/registry/image-documents.ts';

/** @see https://github.com/opencontainers/image-spec/blob/main/annotations.md */
export const REVISION_LABEL = 'org.opencontainers.image.revision';

/** Which of the images says something else; null when each is of the commit. */
export function revisionProblem(images: readonly Labels[], sha: string): string | null {
  const found = images.map((labels) => labels[REVISION_LABEL]);
  const other = found.find((revision) => revision !== sha);
  if (other === undefined && found.length > 0 && found.every((one) => one === sha)) return null;
  const words = other === undefined ? 'missing' : JSON.stringify(other.slice(0, 100));
  return `the label ${REVISION_LABEL} is ${words}, expected ${sha}`;
}
