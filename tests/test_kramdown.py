"""Each way of kramdown's by an example: Markdown on the left, what kramdown 2.4 makes of it on the right."""

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from articles.kramdown import kramdown

ATTRIBUTES = {
    "after a span": ("*mot*{: .vif}", '<p><em class="vif">mot</em></p>'),
    "stacked after a span": ("*mot*{: .a}{: .b}", '<p><em class="a b">mot</em></p>'),
    "after a link, with a blank": (
        '[lien](/x){: target="_blank" }',
        '<p><a href="/x" target="_blank">lien</a></p>',
    ),
    "after an image": (
        '![plan](/p.png){:height="88px" width="200px"}{: .centre}',
        '<p><img src="/p.png" alt="plan" height="88px" width="200px" class="centre"></p>',
    ),
    "after text, as text": ("mot{: .a}", "<p>mot{: .a}</p>"),
    "after an escaped bracket, as text": (
        r"\[mot\]{:target='x'}",
        "<p>[mot]{:target=’x’}</p>",
    ),
    "after a typed quote, dropped": ('"mot"{: .a} fin', "<p>“mot” fin</p>"),
    "inside the text of a link": (
        '![a](/u)[{: width="3"}](/v)',
        '<p><img src="/u" alt="a"><a href="/v">{: width=”3”}</a></p>',
    ),
    "after a block": ("Texte.\n{: .encadre}", '<p class="encadre">Texte.</p>'),
    "after a block, with a blank at the end": (
        "Texte.\n{: .a} \nSuite.",
        '<p class="a">Texte.</p><p>Suite.</p>',
    ),
    "before a block": ("{: .a}\nTexte.", '<p class="a">Texte.</p>'),
    "between two blank lines, to the next block": (
        "Un.\n\n{: .a}\n\nDeux.",
        '<p>Un.</p><p class="a">Deux.</p>',
    ),
    "stacked after a block": ("# Titre\n{: .a}\n{: .b #c}", '<h1 class="a b" id="c">Titre</h1>'),
    "accented class": ("Texte.\n{: .mis-à-côté}", '<p class="mis-à-côté">Texte.</p>'),
    "broken quotes": ('Texte.\n{: title="a" target="b}', '<p title="a">Texte.</p>'),
    "on two lines": ("Texte.\n{: .a\n.b}", '<p class="a b">Texte.</p>'),
    "of a list": ("* un\n* deux\n{: .l}", '<ul class="l"><li>un</li><li>deux</li></ul>'),
    "of an item": ("* {: .i} un\n* deux", '<ul><li class="i">un</li><li>deux</li></ul>'),
    "of a quote": ("> mot\n{: .x}", '<blockquote class="x"><p>mot</p></blockquote>'),
    "inside a quote": ("> mot\n> {: .x}", '<blockquote><p class="x">mot</p></blockquote>'),
    "of raw HTML": ("<div>a</div>\n{: .x}", '<div class="x">a</div>'),
    "in the middle of a paragraph, two on a line": (
        "mot\n{: .a}{: .b}",
        "<p>mot {: .a}{: .b}</p>",
    ),
    "named, for a block and a span": (
        '{:vert: .a title="t"}\n\nmot *fin*{: vert}\n{: vert .b}',
        '<p class="a b" title="t">mot <em class="a" title="t">fin</em></p>',
    ),
    "named after its use": ("mot\n{: vert}\n\n{:vert: #c}", '<p id="c">mot</p>'),
    "of a definition of a link": ("[a]\n\n[a]: /b\n{: .c}", '<p><a class="c" href="/b">a</a></p>'),
    "of a term and a definition": (
        "{: .a} mot\n: {: .b} sens",
        '<dl><dt class="a">mot</dt><dd class="b">sens</dd></dl>',
    ),
    "language of code": (
        "    a\n{: .language-ruby .b}",
        '<pre class="b"><code class="language-ruby">a </code></pre>',
    ),
    "entities in a value": (
        '*a*{: title="b &amp; &copy=1"}',
        '<p><em title="b &amp; &amp;copy=1">a</em></p>',
    ),
}
RAW_HTML = {
    "ends at its own closing tag": (
        "<div><div>**a**</div> *b*</div> suite *c*",
        "<div><div>**a**</div> *b*</div><p>suite <em>c</em></p>",
    ),
    "is left as it is, blank lines included": (
        "<div>\n<p>*a*\n\nb</p>\n* c\n</div>\nsuite",
        "<div><p>*a* b</p>* c</div><p>suite</p>",
    ),
    "before a list": ("<p>a</p>\n* un", "<p>a</p><ul><li>un</li></ul>"),
    "ends a paragraph": ("un\n<div>a</div>\ndeux", "<p>un</p><div>a</div><p>deux</p>"),
    "shows a tag that closes nothing": ("<div>a</b></div>", "<div>a&lt;/b&gt;</div>"),
    "goes on past the tag of another": ("<div><b>a</div>", "<div><b>a&lt;/div&gt; </b></div>"),
    "closes itself at the end": ("<p>a\n* b", "<p>a * b</p>"),
    "span with Markdown": ("<b>un *deux*</b>", "<p><b>un <em>deux</em></b></p>"),
    "span without Markdown": ("a <u>*b*</u>", "<p>a <u>*b*</u></p>"),
    "unclosed span": ("a <b>*c*\n\nd", "<p>a <b><em>c</em></b></p><p>d</p>"),
    "block inside a line, as text": ("a <div>*b*</div>", "<p>a &lt;div&gt;<em>b</em>&lt;/div&gt;</p>"),
    "block inside a raw span, as text": ("a <u><p></u>", "<p>a <u>&lt;p&gt;</u></p>"),
    "void": ("a<br>b <img src='x'/>", '<p>a<br>b <img src="x"></p>'),
    "rule and rest": ("<hr>suite", "<hr><p>suite</p>"),
    "upper case": ("<P ALIGN=center>x</P>", '<p align="center">x</p>'),
    "comment": ("<!-- non -->un <!-- ni --> deux", "<p>un deux</p>"),
    "attributes on two lines": ('<div class="a"\nid="b">x</div>', '<div class="a" id="b">x</div>'),
    "no tag": ('<div "a">x < y & z', "<p>&lt;div “a”&gt;x &lt; y &amp; z</p>"),
    "references without semicolon": (
        '<a href="/x?a=1&section=2&amp;b">x</a>',
        '<p><a href="/x?a=1&amp;section=2&amp;b">x</a></p>',
    ),
    "comment after blanks, in a paragraph": ("un\n\n  <!-- non -->\n\ndeux", "<p>un</p><p></p><p>deux</p>"),
    "closing tag that closes nothing in a line": ('a</b>> "b"', "<p>a&lt;/b&gt;&gt; “b”</p>"),
    "code after an element": ("<p>a</p>    b", "<p>a</p><pre><code>b </code></pre>"),
    "script in a paragraph": ("un\n<script>a</script>\ndeux", "<p>un <script>a</script> deux</p>"),
    "marked, with its own tag in code": (
        '<div markdown="1">\n```\n</div>\n```\n</div>\nfin',
        "<div><pre><code>&lt;/div&gt; </code></pre></div><p>fin</p>",
    ),
    "marked, with spans only": (
        '<p markdown="1">\n*x*\n</p><h2 markdown="1">*y*</h2><figcaption markdown="span">*z*</figcaption>',
        "<p><em>x</em> </p><h2><em>y</em></h2><figcaption><em>z</em></figcaption>",
    ),
    "marked inside an element that is not": (
        '<div>\n*a*\n<div markdown="1">\n*b*\n</div>\n</div>',
        "<div>*a* <div><p><em>b</em></p></div></div>",
    ),
    "not marked inside an element that is": (
        '<div markdown="1">\n*a*\n<div>*b*</div>\n</div>',
        "<div><p><em>a</em></p><div>*b*</div></div>",
    ),
    "marked, and unclosed": ('<div markdown="block">\n*x*', "<div><p><em>x</em></p></div>"),
    "span marked as no Markdown": ('<b markdown="0">*x*</b>', "<p><b>*x*</b></p>"),
    "marked as Markdown": ('<div markdown="1">\n*x*\n</div>', "<div><p><em>x</em></p></div>"),
    "script": ("<script>a<b</script>x", "<script>a<b</script><p>x</p>"),
}
LISTS = {
    "right after a paragraph": ("Voici\n* un\n* deux", "<p>Voici</p><ul><li>un</li><li>deux</li></ul>"),
    "lazy line": ("* un\nsuite", "<ul><li>un suite</li></ul>"),
    "numbers count from 1": ("3. un\n7. deux", "<ol><li>un</li><li>deux</li></ol>"),
    "a year is a number": ("En\n2017. Puis", "<p>En</p><ol><li>Puis</li></ol>"),
    "an escaped number is text": (r"2017\. Puis", "<p>2017. Puis</p>"),
    "loose, item by item": (
        "* un\n\n* deux\n* trois",
        "<ul><li><p>un</p></li><li>deux</li><li>trois</li></ul>",
    ),
    "the last as those before": ("* un\n\n* deux", "<ul><li><p>un</p></li><li><p>deux</p></li></ul>"),
    "nested by the text above": (
        "1. un\n   - a\n2. deux",
        "<ol><li>un<ul><li>a</li></ul></li><li>deux</li></ol>",
    ),
    "little indented, not nested": ("* un\n * deux", "<ul><li>un</li><li>deux</li></ul>"),
    "of the other kind, nested": ("1. un\n- a", "<ol><li>un<ul><li>a</li></ul></li></ol>"),
    "by tabs": ("*\tun\n\t* a", "<ul><li>un<ul><li>a</li></ul></li></ul>"),
    "marks mixed": ("* un\n- deux", "<ul><li>un</li><li>deux</li></ul>"),
    "paragraph in an item": (
        "* un\n\n  suite\n* deux",
        "<ul><li><p>un</p><p>suite</p></li><li><p>deux</p></li></ul>",
    ),
    "ended by HTML": ("* un\n<div>a</div>", "<ul><li>un</li></ul><div>a</div>"),
    "heading in an item": ("* un\n# Titre", '<ul><li>un<h1 id="titre">Titre</h1></li></ul>'),
    "no list without a blank": ("*un\n-deux", "<p>*un -deux</p>"),
    "rule after a blank": ("* un\n\n***", "<ul><li>un</li></ul><hr>"),
    "ended by a mark": ("* un\n^\n* deux", "<ul><li>un</li></ul><ul><li>deux</li></ul>"),
    "loose, ended by a mark": ("* un\n\n^\n* deux", "<ul><li><p>un</p></li></ul><ul><li>deux</li></ul>"),
    "tasks": (
        "* [ ] un\n* [x] deux",
        '<ul class="task-list"><li class="task-list-item">'
        '<input type="checkbox" class="task-list-item-checkbox" disabled="disabled">un</li>'
        '<li class="task-list-item">'
        '<input type="checkbox" class="task-list-item-checkbox" disabled="disabled"'
        ' checked="checked">deux</li></ul>',
    ),
    "definitions": (
        "mot\n: sens\n: autre\n\nmot2\n\n: loin",
        "<dl><dt>mot</dt><dd>sens</dd><dd>autre</dd><dt>mot2</dt><dd><p>loin</p></dd></dl>",
    ),
}
QUOTES_AND_CODE = {
    "lazy quote": ("> un\nsuite\n- a", "<blockquote><p>un suite</p><ul><li>a</li></ul></blockquote>"),
    "two quotes": (
        "> un\n\n> deux",
        "<blockquote><p>un</p></blockquote><blockquote><p>deux</p></blockquote>",
    ),
    "nested quote": (">a\n>>b", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"),
    "indented code": ("    a\n\n    *b*", "<pre><code>a *b* </code></pre>"),
    "fenced code": ("```ruby\na < b\n```", '<pre><code class="language-ruby">a &lt; b </code></pre>'),
    "after an end mark": (
        "    a\n\n^\n\n    b",
        "<pre><code>a </code></pre><pre><code>b </code></pre>",
    ),
    "unclosed fence": ("~~~\na", "<p>~~~ a</p>"),
}
HEADINGS = {
    "closing marks": ("## Titre ##", '<h2 id="titre">Titre</h2>'),
    "ends a paragraph": ("un\n# Titre\ndeux", '<p>un</p><h1 id="titre">Titre</h1><p>deux</p>'),
    "underlined": ("Titre\n---", '<h2 id="titre">Titre</h2>'),
    "two lines are not underlined": ("un\ndeux\n---", "<p>un deux —</p>"),
    "one mark without space is text": ("#motdièse", "<p>#motdièse</p>"),
    "id of one's own": ("## Titre {#autre}", '<h2 id="autre">Titre</h2>'),
    "ids keep accents and are numbered": (
        "## L'*été* !\n## L'été",
        '<h2 id="lété-">L’<em>été</em> !</h2><h2 id="lété">L’été</h2>',
    ),
    "no id without letters": ("# <!-- a -->", "<h1></h1>"),
    "the same twice": ("# A b\n# A b", '<h1 id="a-b">A b</h1><h1 id="a-b-1">A b</h1>'),
}
TABLES = {
    "head and alignment": (
        "| a | b |\n|---|:-:|\n| c | d |",
        "<table><thead><tr><th>a</th><th style='text-align: center'>b</th></tr></thead>"
        "<tbody><tr><td>c</td><td style='text-align: center'>d</td></tr></tbody></table>",
    ),
    "a bar is enough": ("a | b", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
    "not after a paragraph": ("un\n| a | b |", "<p>un | a | b |</p>"),
    "not before one": ("| a | b |\nun", "<p>| a | b | un</p>"),
    "bars in code and escaped": (
        r"| `a|b` | c \| d |",
        "<table><tbody><tr><td><code>a|b</code></td><td>c | d</td></tr></tbody></table>",
    ),
    "a bar in a link is none": ('<a href="/x">a | b</a>', '<p><a href="/x">a | b</a></p>'),
    "foot": (
        "|a|\n|=|\n|b|",
        "<table><tbody><tr><td>a</td></tr></tbody><tfoot><tr><td>b</td></tr></tfoot></table>",
    ),
    "short rows are filled up": (
        "|a|b|\n|c|",
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></tbody></table>",
    ),
}
SPANS = {
    "strong before more marks": ("**a**b* c", "<p><strong>a</strong>b* c</p>"),
    "unbalanced": ("**a *b** c* d", "<p><em>*a *b** c</em> d</p>"),
    "blanks keep marks": ("** a** b * c", "<p>** a** b * c</p>"),
    "inside a word": ("a_b_c é*d*é", "<p>a_b_c é<em>d</em>é</p>"),
    "three marks": ("***a***", "<p><strong><em>a</em></strong></p>"),
    "a no-break space is no blank": ("**\u00a0a**", "<p><strong>\u00a0a</strong></p>"),
    "an underscore after a letter is none": ("a_1_ 1_a_", "<p>a_1_ 1<em>a</em></p>"),
    "after a French quote": ("«*a*»", "<p>«<em>a</em>»</p>"),
    "struck": ("~~a~~ ~~ b ~~", "<p><del>a</del> ~~ b ~~</p>"),
    "code": ("`a` ``b`c`` ` d", "<p><code>a</code> <code>b`c</code> ` d</p>"),
    "line breaks": ("a  \nb\\\nc", "<p>a<br> b<br> c</p>"),
    "escapes": (r"\*a\* \& \é", r"<p>*a* \&amp; \é</p>"),
    "entities": ("&eacute; &amp; & &xx;", "<p>é &amp; &amp; &amp;xx;</p>"),
    "autolinks": (
        "<https://a.fr> <b@c.fr> http://d.fr",
        '<p><a href="https://a.fr">https://a.fr</a> <a href="mailto:b@c.fr">b@c.fr</a> http://d.fr</p>',
    ),
    "quotes": ('"a" \'b\' l\'été ("c") *"d"*', "<p>“a” ‘b’ l’été (“c”) <em>“d”</em></p>"),
    "quotes in a row": ('"\'a\' b" d\'"e"', "<p>“‘a’ b” d’“e”</p>"),
    "guillemets around an address": ("<<a@b.fr>> \\<<", "<p>«a@b.fr» &lt;&lt;</p>"),
    "symbols": ("a -- b --- c... << d >>", "<p>a – b — c… «\u00a0d\u00a0»</p>"),
}
LINKS = {
    "blanks and parentheses in an address": (
        "[a](b c.pdf) [d]( e ) [f](g(h)i)",
        '<p><a href="b c.pdf">a</a> <a href="e">d</a> <a href="g(h)i">f</a></p>',
    ),
    "two addresses glued together": ("[a](https:/x https://y)", '<p><a href="https:/x https://y">a</a></p>'),
    "title": (
        "[a](/b \"c d\") [e](/f 'g')",
        '<p><a href="/b" title="c d">a</a> <a href="/f" title="g">e</a></p>',
    ),
    "reference that is none": ("[a][b.pdf](/c.pdf)", '<p>[a]<a href="/c.pdf">b.pdf</a></p>'),
    "reference": (
        '[a][N] [n]\n\n[n]: /x y "t"',
        '<p><a href="/x y" title="t">a</a> <a href="/x y" title="t">n</a></p>',
    ),
    "of two definitions the last": ("[a]\n\n[a]: /b\n[a]: /c", '<p><a href="/c">a</a></p>'),
    "broken title, no definition": ('[a]: /b "c" d', "<p>[a]: /b “c” d</p>"),
    "entities in an address": (
        '[a](/b?c&amp;d&copy=1 "e &amp; f")',
        '<p><a href="/b?c&amp;d&amp;copy=1" title="e &amp; f">a</a></p>',
    ),
    "a new line is not skipped": ("[a]\n(/b)", "<p>[a] (/b)</p>"),
    "image in a link": ("[![a](/b)](/c)", '<p><a href="/c"><img src="/b" alt="a"></a></p>'),
    "brackets in the text": ("[a [b] c](/d)", '<p><a href="/d">a [b] c</a></p>'),
    "no link in a link": ("[a [b](/c) d](/e)", '<p><a href="/e">a [b](/c) d</a></p>'),
    "unclosed": ("[a](b c", "<p>[a](b c</p>"),
    "angle brackets around a part of an address": ("[a](<b>c)", "<p>[a](<b>c)</b></p>"),
    "alternative text as typed": ("![*a* b](/c)", '<p><img src="/c" alt="*a* b"></p>'),
}
FOOTNOTES = {
    "numbered by their calls": (
        "a[^y] b[^x] c[^y]\n\n[^x]: une...\n[^y]: deux\n    suite",
        '<p>a<sup id="fnref:y" role="doc-noteref"><a href="#fn:y" class="footnote" rel="footnote">1</a></sup>'
        ' b<sup id="fnref:x" role="doc-noteref"><a href="#fn:x" class="footnote" rel="footnote">2</a></sup>'
        ' c<sup id="fnref:y:1" role="doc-noteref"><a href="#fn:y" class="footnote" rel="footnote">1</a></sup>'
        "</p>"
        '<div class="footnotes" role="doc-endnotes"><ol>'
        '<li id="fn:y" role="doc-endnote"><p>deux suite'
        ' <a href="#fnref:y" class="reversefootnote" role="doc-backlink">↩</a>'
        ' <a href="#fnref:y:1" class="reversefootnote" role="doc-backlink">↩<sup>2</sup></a></p></li>'
        '<li id="fn:x" role="doc-endnote"><p>une…'
        ' <a href="#fnref:x" class="reversefootnote" role="doc-backlink">↩</a></p></li></ol></div>',
    ),
    "in the place of a list": (
        "a[^n]\n\n* notes\n{:footnotes}\n\nb\n\n[^n]: c\n[^n]: d\n    e\nf",
        '<p>a<sup id="fnref:n" role="doc-noteref"><a href="#fn:n" class="footnote" rel="footnote">1</a></sup>'
        '</p><div class="footnotes" role="doc-endnotes"><ol><li id="fn:n" role="doc-endnote"><p>d e f'
        ' <a href="#fnref:n" class="reversefootnote" role="doc-backlink">↩</a></p></li></ol></div><p>b</p>',
    ),
    "no link around a call, even without note": ("[a[^z]](/b)", "<p>[a[^z]](/b)</p>"),
    "a name without note is text": ("a[^z]", "<p>a[^z]</p>"),
    "a note without call is not shown": ("a\n\n[^n]: b", "<p>a</p>"),
}
CONTENTS = {
    "nested by level": (
        "* sommaire\n{:toc}\n\n# A\n### B\n## C\n# D",
        '<ul id="markdown-toc"><li><a href="#a" id="markdown-toc-a">A</a><ul>'
        '<li><a href="#b" id="markdown-toc-b">B</a></li><li><a href="#c" id="markdown-toc-c">C</a></li></ul>'
        '</li><li><a href="#d" id="markdown-toc-d">D</a></li></ul>'
        '<h1 id="a">A</h1><h3 id="b">B</h3><h2 id="c">C</h2><h1 id="d">D</h1>',
    ),
    "without links, notes and the headings left out": (
        "## Ici\n{:.no_toc}\n1. sommaire\n{:toc #s}\n\n## *A* [b](/c)",
        '<h2 class="no_toc" id="ici">Ici</h2>'
        '<ol id="s"><li><a href="#a-b" id="s-a-b"><em>A</em> b</a></li></ol>'
        '<h2 id="a-b"><em>A</em> <a href="/c">b</a></h2>',
    ),
    "without the lists that refer to anything else": (
        "* a\n{: heading}\n\n# B\n\n* sommaire\n{:toc}",
        '<ul><li>a</li></ul><h1 id="b">B</h1>'
        '<ul id="markdown-toc"><li><a href="#b" id="markdown-toc-b">B</a></li></ul>',
    ),
    "without headings": ("* sommaire\n{:toc}\n\na", "<p>a</p>"),
}
ABBREVIATIONS = {
    "as a word, outside code and addresses": (
        "*[AB]: a b\n\nAB, ABC (AB) *AB* `AB` [AB](/AB) ![AB](/c)",
        '<p><abbr title="a b">AB</abbr>, ABC (<abbr title="a b">AB</abbr>)'
        ' <em><abbr title="a b">AB</abbr></em> <code>AB</code>'
        ' <a href="/AB"><abbr title="a b">AB</abbr></a> <img src="/c" alt="AB"></p>',
    ),
    "the longest": (
        "*[a]: un\n*[a b]:\n{: .c}\n\na b a",
        '<p><abbr class="c">a b</abbr> <abbr title="un">a</abbr></p>',
    ),
}
EXTENSIONS = {
    "comments": (
        "un\n\n{::comment}\nnon\n{:/comment}\n\ndeux {::comment}ni{:/} trois",
        "<p>un</p><p>deux trois</p>",
    ),
    "no Markdown": (
        "{::nomarkdown}\n<p>*a*</p>\n{:/}\n\nb {::nomarkdown}*c*{:/nomarkdown}",
        "<p>*a*</p><p>b *c*</p>",
    ),
    "for another format": ('a{::nomarkdown type="latex"}b{:/}', "<p>a</p>"),
    "Markdown in all HTML": (
        '{::options parse_block_html="true" /}\n\n<div>\n*a*\n</div>',
        "<div><p><em>a</em></p></div>",
    ),
    "unclosed or unknown, as text": ("{::comment} a {::autre /}", "<p>{::comment} a {::autre /}</p>"),
}
MATH = {
    "block": ("$$\na_1 < *b*\n$$", r"\[a_1 &lt; *b*\]"),
    "in a line": ("soit $$a_1$$ et 5 $", r"<p>soit \(a_1\) et 5 $</p>"),
    "in a line of its own, escaped": (r"\$$ a $$", r"<p>\(a\)</p>"),
    "unclosed": ("$$ a", "<p>$$ a</p>"),
}
FAMILIES = [
    *(ATTRIBUTES, RAW_HTML, LISTS, QUOTES_AND_CODE, HEADINGS, TABLES, SPANS, LINKS, FOOTNOTES),
    *(CONTENTS, ABBREVIATIONS, EXTENSIONS, MATH),
]
CASES = [
    pytest.param(markdown, html, id=name) for family in FAMILIES for name, (markdown, html) in family.items()
]

_BLOCK_TAGS = "blockquote|br|d[dlt]|div|h[1-6r]|li|[ou]l|p|pre|table|t(?:[dhr]|body|foot|head)"


def html(markdown):
    return MarkdownIt("zero").use(kramdown).render(markdown)


def levelled(source):
    """`source` without what no reader sees: blanks around blocks, the ways to write a tag."""
    source = re.sub(r" aria-label=\"[^\"]*\"|<!--.*?-->", "", source)
    source = re.sub(r"(?:\s|\u00a0|&nbsp;)+", " ", source)
    source = source.replace(" />", ">").replace("'", '"').replace("&quot;", '"').replace("&#8617;", "↩")
    return re.sub(rf" ?(</?(?:{_BLOCK_TAGS})(?: [^>]*)?>) ?", r"\1", source).strip()


@pytest.mark.parametrize(("markdown", "expected"), CASES)
def test_markdown_is_read_kramdowns_way(markdown, expected):
    assert levelled(html(markdown)) == levelled(expected)


@pytest.mark.corpus
@pytest.mark.skipif(shutil.which("ruby") is None, reason="needs Ruby, with kramdown")
def test_the_examples_are_what_kramdown_makes_of_them():
    script = (
        "require 'json'; require 'kramdown'; require 'kramdown-parser-gfm';"
        "options = {input: 'GFM', entity_output: 'as_char', hard_wrap: false, syntax_highlighter: nil};"
        "puts JSON.parse(STDIN.read).map { |s| Kramdown::Document.new(s, options).to_html }.to_json"
    )
    sources = [case.values[0] for case in CASES]
    ruby = subprocess.run(
        ["ruby", "-e", script], input=json.dumps(sources), capture_output=True, text=True, check=False
    )
    if ruby.returncode:
        pytest.skip("needs kramdown and kramdown-parser-gfm")
    for case, made in zip(CASES, json.loads(ruby.stdout), strict=True):
        assert levelled(case.values[1]) == levelled(made), case.id


def test_a_heading_of_two_marks_or_more_needs_no_space():
    # The posts were written for a kramdown that took these for headings; the parser of today does not.
    assert levelled(html("###Titre")) == '<h3 id="titre">Titre</h3>'


def test_back_links_of_notes_have_a_name():
    assert 'aria-label="Retour au texte"' in html("a[^n]\n\n[^n]: b")


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[[video:film]]", '<div data-place="video:film"></div>'),
        ("un\n[[image:vue-1]]\ndeux", '<p>un</p><div data-place="image:vue-1"></div><p>deux</p>'),
        ("> [[document:x]]", '<blockquote><div data-place="document:x"></div></blockquote>'),
        ("* un\n  [[video:x]]", '<ul><li>un<div data-place="video:x"></div></li></ul>'),
        ("<div>\n[[video:x]]\n</div>", '<div><div data-place="video:x"></div></div>'),
        ("    [[video:x]]", "<pre><code>[[video:x]]</code></pre>"),
        ("```\n[[video:x]]\n```", "<pre><code>[[video:x]]</code></pre>"),
        ("<pre>\n[[video:x]]\n</pre>", "<pre>[[video:x]]</pre>"),
        ("[[video:X]]", "<p>[[video:X]]</p>"),
        ("voir [[video:x]]", "<p>voir [[video:x]]</p>"),
    ],
)
def test_a_line_of_its_own_places_an_item(markdown, expected):
    assert levelled(html(markdown)).replace(" </code>", "</code>") == levelled(expected)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n\t*_`[](){:}#|<>/-+1.!\"'\\~^&=é\0\r"), max_size=60))
def test_any_text_can_be_read(markdown):
    html(markdown)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["* ", "> ", "1. ", "  ", "<div>", "</div>", "a", "\n", "{: .x}", "|", ": "]),
        max_size=40,
    )
)
def test_any_nesting_of_blocks_can_be_read(parts):
    html("".join(parts))


HOSTILE = [
    *["[", "![", "*", "**a ", "_a", "`a ``b ", "{:", "[[", '"', "<div>", "<b>", "</div>", '<a b="', "~~a"],
    *[
        "(",
        "[a](",
        "> ",
        "* ",
        "1. ",
        "- + * ",
        "|",
        "a|\n",
        "```x\n",
        "[^1]",
        "<!--",
        "*a*{: ",
        "<http://",
        "[a](b '",
    ],
    *[
        "* a\n  * b\n",
        "> * ",
        "a\n: b\n",
        "[a][",
        "\\",
        "&",
        "\0",
        "\t",
        "<u><b>",
        "[*",
        "{: a='",
        "<ul><li>",
    ],
    *[
        "$$ a",
        "{::comment}",
        "*[a]: b\n",
        "^\n",
        "- [ ] a\n",
        "{:a: a}\n",
        '<div markdown="1">',
        "&amp",
        "<<",
    ],
]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_text_is_read_to_its_end(part):
    assert html(part * (4000 // len(part))) is not None


@pytest.mark.parametrize(
    "nested", ["> " * 10_000 + "a", "* " * 10_000 + "a", "".join(" " * i + "* a\n" for i in range(200))]
)
def test_blocks_too_deep_to_nest_are_text(nested):
    assert "a" in html(nested)


def test_a_table_of_few_bars_is_not_filled_up_to_millions_of_cells():
    assert "<table>" not in html("a|" * 10_000 + "\n" + "a|\n" * 10_000)
    assert "<table>" in html("a|" * 10 + "\n" + "a|\n" * 10)
