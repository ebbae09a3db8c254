import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.screening import screen


def told(body):
    return [(warning.code, warning.line) for warning in screen(body, first_line=10).warnings]


def test_scripts_and_styles_leave_with_their_line():
    body = "Un.\n\n<script>\nalert(1)\n</script>\n\n<STYLE>p { color: red }</STYLE>\nDeux.\n"
    screened = screen(body, first_line=10)
    assert screened.text == "Un.\n\n\n\n\n\n\nDeux.\n"
    assert told(body) == [("script", 12), ("page-style", 16)]


@pytest.mark.parametrize(
    "body",
    [
        "```html\n<script>a</script>\n```",
        "Un `<script>a</script>` en ligne.",
        "<!-- <script>a</script> -->",
        "<pre><script>a</script></pre>",
        "    <script>a</script>",
    ],
)
def test_code_is_left_as_it_is(body):
    assert screen(body).text == body
    assert told(body) == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("![plan_acces.png](/uploads/plan_acces.png)", "![](/uploads/plan_acces.png)"),
        ("![IMG-042](/uploads/IMG-042.jpg){:width='20'}", "![](/uploads/IMG-042.jpg){:width='20'}"),
        ("![IMG_1.jpg][vue]", "![][vue]"),
        ("<img title='un alt=x' alt=a.png src=a.png>", "<img title='un alt=x' alt=\"\" src=a.png>"),
        ("<img src='/uploads/a_b.jpg' alt='a_b.jpg'>", "<img src='/uploads/a_b.jpg' alt=\"\">"),
    ],
)
def test_a_file_name_is_no_alternative_text(body, text):
    assert screen(f"Un.\n{body}").text == f"Un.\n{text}"
    assert told(f"Un.\n{body}") == [("body-alt-file-name", 11)]


@pytest.mark.parametrize(
    "body", ["![](/uploads/a.png)", "<img src=/uploads/a.png>", "<img alt='' src=a.png>"]
)
def test_an_image_without_text_is_told_and_stays(body):
    assert screen(body).text == body
    assert told(body) == [("body-image-without-alt", 10)]


@pytest.mark.parametrize(
    "body", ["![Le plan](/uploads/plan.png)", "`![](a.png)`", "Sans image.", "\\![a.png](a.png)"]
)
def test_what_is_well_stays_and_says_nothing(body):
    assert screen(body).text == body
    assert told(body) == []


@given(st.text(alphabet="<>/!-[]()`'\"\n scriptyleamgalt=.", max_size=150))
def test_lines_keep_their_number(body):
    assert screen(body).text.count("\n") == body.count("\n")
