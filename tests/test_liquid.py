import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.liquid import expand

PAGE = {"image": "/uploads/plan.png"}


def expanded(text):
    return expand(text, base="/infos", page=PAGE, post_address={"2024-03-04-plan": "/actualites/plan/"}.get)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("![Plan]({{ site.url }}{{site.baseurl}}/uploads/a.png)", "![Plan](/infos/uploads/a.png)"),
        ("{{- page.image -}}", "/uploads/plan.png"),
        ("{{ '/a/' | relative_url }} {{ \"a\" | absolute_url }}", "/infos/a/ /infos/a"),
        ("{{ '/a/' | prepend: site.baseurl | prepend: site.url }}", "/infos/a/"),
        ("[Le plan]({% post_url 2024-03-04-plan %})", "[Le plan](/actualites/plan/)"),
        ("{% raw %}{{ a }}{% endraw %}", "{{ a }}"),
        ("a{% comment %}b{% endcomment %}c", "ac"),
        ("{% highlight sh %}\nls\n{% endhighlight %}", "```sh\nls\n```"),
        ("{{ 'https://dai.ly/x7abcde' | embed: 'A' }}", '<iframe src="https://dai.ly/x7abcde"></iframe>'),
        ("{% oembed https://example.org/a %}", '<iframe src="https://example.org/a"></iframe>'),
        ("Une accolade { et un pour cent %}", "Une accolade { et un pour cent %}"),
    ],
)
def test_what_stands_for_itself_is_written_out(source, text):
    result = expanded(source)
    assert (result.text, result.warnings) == (text, ())


@pytest.mark.parametrize(
    "source",
    [
        "{% include carte.html ville='Lyon' %}",
        "{{ page.absente }}",
        "{{ 'a' | embed: 'b' }}",
        "{% assign a = '}}' %}",
        "{{ page['{'] }}",
        "{% include carte.html ville=l'eau %}",
        "{% post_url 2024-03-04-absent %}",
        "{% raw %}",
        "{% endif %}",
    ],
)
def test_the_rest_is_taken_out_and_told_with_its_line(source):
    result = expand(f"Un.\n\nDeux {source}.", first_line=5, post_address={}.get)
    assert result.text == "Un.\n\nDeux ."
    [warning] = result.warnings
    assert (warning.code, warning.line) == ("liquid", 7)
    assert source[:20] in warning.message


def test_lines_keep_their_number():
    result = expand("a\n{% include\n carte.html %}\n{% comment %}\n\n{% endcomment %}\n{{ b }}")
    assert result.text.count("\n") == 6
    assert [warning.line for warning in result.warnings] == [2, 7]


@given(st.text(alphabet="{}%- \nraw|'endcomt.site", max_size=200))
def test_any_text_keeps_its_lines(text):
    assert expand(text).text.count("\n") == text.count("\n")


def test_a_text_without_liquid_stays_as_it_is():
    text = "Rien à faire ici, { pas même } avec des accolades."
    assert expand(text).text is text
