// Bodies of ours: one marker, on the first line, within what GitHub takes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  isMarked,
  isSameText,
  MAX_BODY_CHARACTERS,
  markedBody,
  markerOf,
} from '../../../transport/github/marked-body.ts';

test('a body begins with its marker, by which it is known again', () => {
  const body = markedBody(markerOf('item.shop.7:1'), 'Hello.\n');
  assert.is(body, '<!-- onceward:item.shop.7:1 -->\nHello.');
  assert.ok(isMarked(body));
  assert.ok(isMarked(body, markerOf('item.shop.7:1')));
  assert.not(isMarked(body, markerOf('item.shop.7:10')));
});

test('a marker further down, quoted or planted, marks nothing', () => {
  assert.not(isMarked('> <!-- onceward:k -->\nwhat is this?'));
  assert.not(isMarked('hello\n<!-- onceward:k -->'));
  assert.not(isMarked(null));
});

test('a body cannot carry another marker', () => {
  const body = markedBody(markerOf('a'), 'x\n<!--  onceward:b -->\n<!-- harmless -->');
  assert.is(body.match(/<!--\s*onceward:/g)?.length, 1);
  assert.match(body, '<!-- harmless -->');
});

test('a key cannot end its marker', () => {
  const marker = markerOf('a --> b\n<script>');
  assert.is(marker.match(/-->/g)?.length, 1);
  assert.not.match(marker.slice(5, -4), /[<>\n]/);
});

test('a body that is too long is cut, and says so', () => {
  const body = markedBody(markerOf('k'), `\`\`\`\n${'😀'.repeat(40_000)}`);
  assert.ok(body.length <= MAX_BODY_CHARACTERS);
  assert.match(body, /\n```\n\n_Cut: this had 80004 characters, and GitHub takes 65536\._$/);
  assert.not.match(body, '\ufffd');
  assert.is(Buffer.from(body).toString(), body);
});

test('line ends and trailing space make no difference', () => {
  assert.ok(isSameText('a\r\nb\n\n', 'a\nb'));
  assert.not(isSameText('a b', 'a\nb'));
});

test.run();
