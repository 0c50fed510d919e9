// A disk that can be filled, mounted where a worker keeps its logs. Where mounting is not allowed, a file
// stands in the place of the folder instead, which is another fault: `isReal` says which one it is.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

export interface SmallDisk {
  /** True when it is a file system of its own, which really runs full. */
  readonly isReal: boolean;
  fill(): void;
  free(): void;
  /** Takes it away again. May be called more than once. */
  remove(): Promise<void>;
}

const MOUNT = '/bin/mount';
const UMOUNT = '/bin/umount';
const SIZE = '24m';
const FILLER_BYTES = 32 * 1_024 * 1_024;

/** Mounts a small tmpfs on `folder`, which is made when needed. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  const mounted = await execa(MOUNT, ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'chaos', folder], {
    reject: false,
  });
  return mounted.exitCode === 0 ? realDisk(folder) : blockedFolder(folder);
}

function realDisk(folder: string): SmallDisk {
  const filler = join(folder, 'filler');
  let isMounted = true;
  const free = () => rmSync(filler, { force: true });
  return {
    isReal: true,
    free,
    fill() {
      try {
        writeFileSync(filler, Buffer.alloc(FILLER_BYTES));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    async remove() {
      if (!isMounted) return;
      free();
      await execa(UMOUNT, ['--lazy', folder]);
      isMounted = false;
    },
  };
}

function blockedFolder(folder: string): SmallDisk {
  const aside = `${folder}-aside`;
  let isBlocked = false;
  const free = () => {
    if (!isBlocked) return;
    rmSync(folder);
    renameSync(aside, folder);
    isBlocked = false;
  };
  return {
    isReal: false,
    free,
    fill() {
      if (isBlocked) return;
      renameSync(folder, aside);
      writeFileSync(folder, '');
      isBlocked = true;
    },
    async remove() {
      free();
    },
  };
}
