// What the fields of a stage's isolation mean, in the words of the reference page and the editor hints.
// It must never state a range or a default: those come from the schema itself.
import type { ContainerIsolation, Isolation } from '../../machines/isolation.ts';

type FieldsOf<Kind extends Isolation['kind']> = Record<
  keyof Extract<Isolation, { kind: Kind }>,
  string
>;

/** By kind of isolation; `kind` itself says what it is. */
export const ISOLATION_DESCRIPTIONS: Readonly<{ [Kind in Isolation['kind']]: FieldsOf<Kind> }> = {
  process: {
    kind: 'A process group of the worker’s user, with an environment of its own.',
    umask: 'Permissions withheld from new files, in octal. Without it, those the worker withholds.',
    noNewPrivileges: 'No program gains rights by being started, as `sudo` does. Needs `setpriv`.',
    sandbox:
      '`bubblewrap`: everything can be read, but only the worktree, the run’s folder, the item’s HOME and the ' +
      'clone be written; no other process is seen. Needs `bwrap`.',
    network:
      'Whether there is a network. Without it, a sandbox has none; a plain process always has that of its machine.',
  },
  container: {
    kind: 'A container of docker or podman, run as the user and group of the worker.',
    image: 'The image. It must be on the machine of the worker: nothing is downloaded.',
    engine: 'Which engine; `auto` takes docker where it answers, otherwise podman.',
    network: '`none`, or the name of a network of the engine.',
    memoryMb: 'The most memory it may use, in MiB; there is no swap beside it.',
    cpus: 'How many processors’ time it may use.',
    pids: 'How many processes and threads it may have at once.',
    extraMounts: 'Further folders of the machine that it sees.',
  },
};

export const EXTRA_MOUNT_DESCRIPTIONS: Readonly<
  Record<keyof ContainerIsolation['extraMounts'][number], string>
> = {
  source: 'Absolute path on the machine.',
  target: 'Absolute path in the container. Without it, the same.',
  readOnly: 'Whether it can only be read.',
};
