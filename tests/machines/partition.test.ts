// Partitions of the mailbox and who owns them. That the server computes the same is tested with a server.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAddress } from '../../machines/address.ts';
import { ownerOf, partitionOf } from '../../machines/partition.ts';

const WHOLE_HASH = 2 ** 32;
const PARTITIONS = Array.from({ length: 64 }, (_, partition) => partition);
const HOSTS = ['host-a', 'host-b', 'host-c', 'host-d'];

function hashOf(project: string, subject: string): number {
  return partitionOf({ project, subject }, WHOLE_HASH);
}

test('the hash is FNV-1a, 32 bits', () => {
  assert.is(hashOf('', ''), 0x811c9dc5);
  assert.is(hashOf('a', ''), 0xe40c292c);
  assert.is(hashOf('foo', 'bar'), 0xbf9cf968);
});

test('an item and its runs share a partition', () => {
  const addresses = ['item.shop.7', 'run.shop.7.build.1', 'run.shop.7.release.12'];

  const partitions = addresses.map((text) => {
    const address = parseAddress(text);
    return address === null ? null : partitionOf(address, 64);
  });

  assert.equal(partitions, Array(3).fill(hashOf('shop', '7') % 64));
});

test('items spread over the partitions', () => {
  const items = Array.from({ length: 1_000 }, (_, n) => `item-${n}`);
  const counts = new Map<number, number>();

  for (const subject of items) {
    const partition = partitionOf({ project: 'shop', subject }, 16);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }

  assert.is(counts.size, 16);
  assert.ok(Math.max(...counts.values()) < 2 * (1_000 / 16));
});

test('nobody owns a partition when nobody is alive', () => {
  assert.is(ownerOf(0, []), null);
});

test('the order in which hosts are known does not matter', () => {
  const reversed = [...HOSTS].reverse();

  assert.equal(
    PARTITIONS.map((partition) => ownerOf(partition, HOSTS)),
    PARTITIONS.map((partition) => ownerOf(partition, reversed)),
  );
});

test('when a host leaves, only its own partitions move', () => {
  const rest = HOSTS.filter((host) => host !== 'host-b');

  const moved = PARTITIONS.filter((p) => ownerOf(p, HOSTS) !== ownerOf(p, rest));

  assert.equal(
    moved,
    PARTITIONS.filter((partition) => ownerOf(partition, HOSTS) === 'host-b'),
  );
});

test('when a host joins, partitions move to it and nowhere else', () => {
  const more = [...HOSTS, 'host-e'];

  const moved = PARTITIONS.filter((p) => ownerOf(p, HOSTS) !== ownerOf(p, more));

  assert.ok(moved.length > 0);
  assert.ok(moved.every((partition) => ownerOf(partition, more) === 'host-e'));
});

test('four hosts share 64 partitions roughly evenly', () => {
  const counts = HOSTS.map((host) => PARTITIONS.filter((p) => ownerOf(p, HOSTS) === host).length);

  assert.ok(Math.min(...counts) >= 8, counts.join());
  assert.ok(Math.max(...counts) <= 26, counts.join());
});

test.run();
