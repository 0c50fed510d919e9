// What Plane keeps as HTML is read as text, and Markdown is written as HTML that cannot do anything.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { htmlToText, markdownToHtml } from '../../../transport/plane/rich-text.ts';

test('blocks and breaks are lines, items have a dash, headings their level', () => {
  const html = '<h2>Why</h2><p>One<br>two</p>\n<ul><li><p>a</p></li><li>b</li></ul>';

  assert.is(htmlToText(html), '## Why\n\nOne\ntwo\n- a\n- b');
});

test('space is what a browser shows, and stays as it is in code', () => {
  assert.is(
    htmlToText('<p>a \n  b</p><pre><code>if x:\n    y</code></pre>'),
    'a b\n\nif x:\n    y',
  );
});

test('entities are decoded once, and only after the tags are gone', () => {
  assert.is(
    htmlToText('<p>&lt;b&gt; &amp;lt; &#65;&#x42; &nbsp;&unknown;</p>'),
    '<b> &lt; AB  &unknown;',
  );
});

test('links show where they lead, unless they say it themselves', () => {
  const html = '<a href="https://a.b/?x=1&amp;y">here</a> <a href="https://c.d">https://c.d</a>';

  assert.is(htmlToText(html), 'here (https://a.b/?x=1&y) https://c.d');
});

test('comments, scripts and styles say nothing', () => {
  assert.is(htmlToText('a<!-- <p>x</p> --><script>y</script><style>z</style>b'), 'ab');
});

test('what is never closed ends the text, and costs no time', () => {
  const startedMs = Date.now();

  assert.is(htmlToText(`a<p>${'<pre<!--'.repeat(200_000)}`), 'a');
  assert.is(htmlToText('<'.repeat(1_000_000)), '');
  assert.ok(Date.now() - startedMs < 2_000);
});

test('Markdown becomes HTML, and HTML in it becomes text', () => {
  assert.is(markdownToHtml('**a** `b`'), '<p><strong>a</strong> <code>b</code></p>');
  assert.is(markdownToHtml('<b onclick="x">'), '<p>&lt;b onclick=&quot;x&quot;&gt;</p>');
  assert.not.match(markdownToHtml('[a](javascript:x)'), 'href');
});

test.run();
