// One repository of an image registry: what stands at a tag or digest, what its image says, and moving a tag to it.
// It must never build an image, nor let one be pushed, or a tag be moved, without its digest being kept.
import { OncewardError } from '../errors.ts';
import { digestOf, type ImageDocuments, type Labels, labelsOf } from './image-documents.ts';
import { type SkopeoOptions, skopeo } from './skopeo.ts';

/**
 * Every method throws REGISTRY_UNAVAILABLE, REGISTRY_REFUSED, or PROCESS_FAILED without skopeo; once the signal is
 * aborted, its reason.
 */
export interface Registry {
  /** Digest of what a tag stands at; null when there is no such tag, or no such repository. */
  digestAt(tag: string): Promise<string | null>;
  /** True when the registry has the very manifest. */
  has(digest: string): Promise<boolean>;
  /** Of each image that a digest stands for: one, or one for each platform. */
  labelsOf(digest: string): Promise<Labels[]>;
  /** Pushes the one image of an OCI layout folder, all its platforms, under a tag. Repeating it is harmless. */
  push(layout: string, tag: string): Promise<void>;
  /** Has a tag stand at a digest that is in the repository already: no layer is moved. Repeating it is harmless. */
  moveTag(tag: string, digest: string): Promise<void>;
}

export interface RegistryOptions extends SkopeoOptions {
  /** Registry and repository, without tag: `registry.example.com/acme/shop`. */
  name: string;
  /** Whether it is spoken to without TLS. */
  plain: boolean;
}

/** Names a repository; nothing is asked yet. */
export function openRegistry({ name, plain, ...options }: RegistryOptions): Registry {
  const tls = plain ? ['--tls-verify=false'] : [];
  const tlsOf = (side: 'src' | 'dest') => (plain ? [`--${side}-tls-verify=false`] : []);
  const inspect = (reference: string, ...flags: readonly string[]) =>
    skopeo(['inspect', ...tls, ...flags, `docker://${name}${reference}`], options);
  // Never the digest that the registry says it is: what it hands out is counted.
  const manifestAt = (reference: string) => inspect(reference, '--raw');
  const documents: ImageDocuments = {
    manifest: (digest) => manifestAt(`@${digest}`),
    configuration: ({ digest }) => inspect(`@${digest}`, '--config', '--raw'),
  };
  const copy = async (source: string, tag: string, ...flags: readonly string[]) => {
    const kept = ['--all', '--preserve-digests', '--quiet', ...flags, ...tlsOf('dest')];
    const copied = await skopeo(['copy', ...kept, source, `docker://${name}:${tag}`], options);
    if (copied === null) throw new OncewardError('REGISTRY_REFUSED', `there is no ${source}`);
  };
  return {
    async digestAt(tag) {
      const manifest = await manifestAt(`:${tag}`);
      return manifest && digestOf(manifest);
    },
    async has(digest) {
      const manifest = await manifestAt(`@${digest}`);
      return manifest !== null && digestOf(manifest) === digest;
    },
    labelsOf: (digest) => labelsOf(documents, digest),
    push: (layout, tag) => copy(`oci:${layout}`, tag),
    moveTag: (tag, digest) => copy(`docker://${name}@${digest}`, tag, ...tlsOf('src')),
  };
}
