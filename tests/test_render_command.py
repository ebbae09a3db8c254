import pytest
from django.core.management import CommandError, call_command


def rendered(out, *paths):
    call_command("render_markdown", *paths, out=out)
    return {path.name: path.read_text() for path in out.iterdir()}


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "posts" / "_actualites"
    folder.mkdir(parents=True)
    (folder / "2024-03-05-l'été 1.0.md").write_text(
        "---\ntitle: Un titre\n---\n\n[Plan]({{ site.baseurl }}/plan/) **gras** <script>a()</script>\n"
    )
    (folder / "casse.md").write_text("---\ntitle: [\n---\nUn texte.\n")
    (folder.parent / "sans-entete.markdown").write_bytes(b"\xef\xbb\xbfUn *mot* {{ a }}.\r\n")
    (folder.parent / "regle.txt").write_text("---\n\nUn texte.\n\n---\n")
    (folder.parent / "photo.png").write_bytes(b"\x89PNG")
    return folder.parent


def test_each_body_becomes_the_safe_html_of_its_name(posts, tmp_path, capsys):
    assert rendered(tmp_path / "html", posts) == {
        "2024-03-05-l'été 1.0.html": '<p><a href="/plan/">Plan</a> <strong>gras</strong> </p>\n',
        "casse.html": "<p>Un texte.</p>\n",
        "sans-entete.html": "<p>Un <em>mot</em> {{ a }}.</p>\n",
        "regle.html": "<hr>\n<p>Un texte.</p>\n<hr>\n",
    }
    assert "4 sur 4" in capsys.readouterr().out


def test_a_file_is_rendered_alone(posts, tmp_path):
    assert set(rendered(tmp_path / "html", posts / "regle.txt")) == {"regle.html"}


def test_what_is_not_text_is_refused_and_stops_nothing(posts, tmp_path, capsys):
    (posts / "a.md").write_bytes(b"\xff\xfeU\x00n\x00")
    with pytest.raises(CommandError, match="refusés"):
        rendered(tmp_path / "html", posts)
    assert "a.md, ligne 1" in capsys.readouterr().err
    assert len(list((tmp_path / "html").iterdir())) == 4


def test_wrong_places_are_said_in_a_sentence(posts, tmp_path):
    with pytest.raises(CommandError, match="Rien à cet endroit"):
        rendered(tmp_path / "html", tmp_path / "absent")
    with pytest.raises(CommandError, match="Vérifiez le chemin"):
        rendered(posts / "regle.txt", posts)
    (posts / "autre").mkdir()
    (posts / "autre" / "regle.md").write_text("Un autre.")
    with pytest.raises(CommandError, match="renommez"):
        rendered(tmp_path / "html", posts)
