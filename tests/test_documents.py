"""What a document is, from its bytes; what is refused, and with which sentence."""

import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import documents
from articles.documents import DocumentError

from . import samples

NBSP = "\u00a0"


def measure(content, name):
    return documents.measure(BytesIO(content), name)


def refusal(content, name):
    with pytest.raises(DocumentError) as caught:
        measure(content, name)
    sentence = str(caught.value)
    assert name in sentence
    return sentence


ACCEPTED = {
    "rapport.pdf": samples.pdf(),
    "note.docx": samples.office("docx"),
    "tableau.xlsx": samples.office("xlsx"),
    "exposé.pptx": samples.office("pptx"),
    "note.odt": samples.open_document("odt"),
    "tableau.ods": samples.open_document("ods"),
    "exposé.odp": samples.open_document("odp"),
    "schéma.odg": samples.open_document("odg"),
    "livre.epub": samples.open_document("epub"),
    "dossier.zip": samples.archive({"lisez-moi.txt": "Bonjour"}),
    "données.csv": "nom;prénom\nDupré;Léa\n".encode("cp1252"),
    "notes.txt": b"\xef\xbb\xbf" + b"Une note : a < b.\r\n",
    "rendez-vous.ics": samples.CALENDAR,
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_accepted_format_is_told_from_its_bytes(name):
    content = ACCEPTED[name]
    facts = measure(content, name)
    extension = name.rpartition(".")[2]
    assert (facts.extension, facts.label) == (extension, extension.upper())
    assert facts.size_bytes == len(content)
    assert facts.media_type.partition("/")[0] in ("application", "text")


def test_there_is_an_example_of_every_format():
    assert {name.rpartition(".")[2] for name in ACCEPTED} == documents.EXTENSIONS


@pytest.mark.parametrize("name", ACCEPTED)
@pytest.mark.parametrize("extension", sorted(documents.EXTENSIONS))
def test_a_document_under_another_format_s_name_is_refused(name, extension):
    own = name.rpartition(".")[2]
    either_is_plain_text = {own, extension} <= {"csv", "txt", "ics"} and extension != "ics"
    if extension == own or either_is_plain_text:
        assert measure(ACCEPTED[name], f"fichier.{extension}").extension == extension
    else:
        refusal(ACCEPTED[name], f"fichier.{extension}")


def test_the_refusal_of_a_wrong_name_says_the_right_one():
    assert "renommez le fichier en .pdf" in refusal(samples.pdf(), "rapport.docx")


def test_an_extension_in_capitals_is_understood():
    assert measure(samples.pdf(), "RAPPORT.PDF").extension == "pdf"


def test_the_file_is_left_at_its_start_wherever_it_was():
    file = BytesIO(samples.pdf())
    file.seek(10)
    assert documents.measure(file, "rapport.pdf").extension == "pdf"
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"", "vide.pdf", "vide"),
        (b"MZ\x90\x00", "outil.exe", "n’est pas d’un format accepté"),
        (b"bonjour", "sans-extension", "n’est pas d’un format accepté"),
        (samples.image("PNG"), "image.png", "n’est pas d’un format accepté"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "ancien.doc", "ancien format d’Office"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "secret.docx", "mot de passe"),
        (samples.image("PNG"), "image.pdf", "n’est pas celui d’un fichier PDF"),
        (samples.pdf()[:300], "coupé.pdf", "incomplet"),
        (samples.office("docx")[:200], "coupé.docx", "incomplet ou abîmé"),
        (samples.office("docm"), "macros.docx", "macros"),
        (samples.office("docm"), "macros.docm", "macros"),
        (samples.archive({"word/vbaProject.bin": "x"}), "macros.zip", "macros"),
        (samples.open_document("odt", {"Basic/Standard/Module1.xml": "x"}), "macros.odt", "macros"),
        ("Bonjour".encode("utf-16"), "notes.txt", "n’est pas celui d’un fichier TXT"),
        (b"BEGIN:VCARD\r\n", "contact.ics", "n’est pas celui d’un fichier ICS"),
    ],
)
def test_a_document_that_cannot_be_published_is_refused_with_a_reason(content, name, expected):
    assert expected in refusal(content, name)


def test_a_document_too_big_is_refused(monkeypatch):
    content = samples.pdf()
    monkeypatch.setattr(documents, "MAX_SIZE_BYTES", len(content))
    assert measure(content, "rapport.pdf")
    monkeypatch.setattr(documents, "MAX_SIZE_BYTES", len(content) - 1)
    assert "pèse plus de" in refusal(content, "rapport.pdf")


def test_the_empty_lists_of_a_document_without_macros_are_no_macros():
    lists = {"Basic/script-lc.xml": "x", "Basic/Standard/script-lb.xml": "x"}
    assert measure(samples.open_document("odt", lists), "note.odt").extension == "odt"


HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (HTML, "page.pdf"),
        (HTML, "page.csv"),
        (HTML, "page.docx"),
        (HTML, "page.zip"),
        (b"nom;valeur\n1;<SCRIPT src=//evil.test></SCRIPT>\n", "données.csv"),
        (b"<!DOCTYPE html>\n<title>x</title>", "notes.txt"),
        (b"   <svg onload=alert(1)>", "notes.txt"),
        (samples.CALENDAR + b"<iframe src=//evil.test>", "date.ics"),
        (HTML + samples.pdf(), "polyglotte.pdf"),
        (b"%PDF-1.7\n" + HTML, "polyglotte.pdf"),
        (HTML + samples.archive({"a": "b"}), "polyglotte.zip"),
        (b"GIF89a" + samples.office("docx"), "polyglotte.docx"),
    ],
)
def test_markup_under_a_document_s_name_is_refused(content, name):
    refusal(content, name)


def test_comparisons_and_harmless_tags_stay_text():
    assert measure(b"a;b\n1 < 2;<b>gras</b>\n", "tableau.csv").media_type == "text/csv"


def test_pdf_facts_are_read():
    content = samples.pdf(pages=3, tagged=True, title="Bilan  de l’année", language="fr-FR")
    facts = measure(content, "bilan.pdf")
    assert facts.page_count == 3
    assert facts.is_tagged is True
    assert facts.language == "fr-FR"
    assert facts.title == "Bilan de l’année"


def test_a_pdf_that_says_nothing_of_itself_is_accepted():
    facts = measure(samples.pdf(), "bilan.pdf")
    assert (facts.page_count, facts.is_tagged, facts.language, facts.title) == (1, False, "", "")


@pytest.mark.parametrize(
    ("catalog", "is_tagged"),
    [
        (b"/MarkInfo << /Marked true >> /StructTreeRoot 3 0 R", True),
        (b"/MarkInfo << /Marked false >> /StructTreeRoot 3 0 R", False),
        (b"/MarkInfo << /Marked true >>", False),
        (b"/StructTreeRoot 3 0 R", False),
        (b"/MarkInfo 4 0 R /StructTreeRoot 3 0 R", True),
        (b"/MarkInfo [] /StructTreeRoot []", False),
    ],
)
def test_a_pdf_is_tagged_when_it_is_marked_so_and_has_a_structure(catalog, is_tagged):
    content = samples.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Type /StructTreeRoot >>",
        b"<< /Marked true >>",
    )
    assert measure(content, "bilan.pdf").is_tagged is is_tagged


def test_only_a_pdf_has_pages():
    facts = measure(samples.office("docx"), "note.docx")
    assert (facts.page_count, facts.is_tagged) == (None, None)


def test_a_pdf_that_asks_for_a_password_is_refused():
    assert "mot de passe" in refusal(samples.pdf(user_password="secret"), "bilan.pdf")


def test_a_pdf_restricted_for_its_author_alone_is_accepted():
    assert measure(samples.pdf(pages=2, user_password=""), "bilan.pdf").page_count == 2


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
HALVES = [b"<< /Type /Pages /Kids [%d 0 R %d 0 R] >>" % (n + 1, n + 1) for n in range(2, 60)]


@pytest.mark.parametrize(
    "content",
    [
        samples.raw_pdf(CATALOG, b"<< /Type /Pages /Kids [2 0 R] >>"),
        samples.raw_pdf(CATALOG, b"<< /Type /Pages /Kids [3 0 R] >>", b"<< /Type /Pages /Kids [2 0 R] >>"),
        samples.raw_pdf(CATALOG, *HALVES, b"<< /Type /Page >>"),
        samples.raw_pdf(b"<< /Type /Catalog /X " + b"[" * 100_000 + b" >>"),
        samples.raw_pdf(CATALOG, b"<< /Type /Pages /Kids [" + b"3 0 R " * 50_000 + b"] >>", b"<< >>"),
        b"%PDF-1.4\n" + b"1 0 obj\n" * (documents.MAX_PDF_OBJECTS + 1) + b"%%EOF\n",
        "%PDF-1.4\nrien qui ressemble à un document\n%%EOF\n".encode(),
    ],
    ids=["own kid", "cycle", "halves", "deep", "wide", "objects", "nothing"],
)
def test_a_crafted_pdf_has_an_unknown_number_of_pages_and_takes_no_time(content):
    started = time.monotonic()
    assert measure(content, "bilan.pdf").page_count is None
    assert time.monotonic() - started < documents.MAX_PDF_SECONDS


def test_reading_a_pdf_ends_after_its_time(monkeypatch):
    slow = samples.raw_pdf(CATALOG[:-2] + b"/Lang (" + b"a" * 200_000 + b") >>")
    assert measure(slow, "bilan.pdf").language
    monkeypatch.setattr(documents, "MAX_PDF_SECONDS", 0)
    assert measure(slow, "bilan.pdf").language == ""


@pytest.mark.parametrize(
    "content",
    [
        samples.archive({"[Content_Types].xml": "x" * (documents.MAX_ENTRY_BYTES + 1)}),
        samples.archive({"mimetype": "x" * 50_000_000}),
        samples.archive({"mimetype": samples.MIMETYPES["odt"]}, zipfile.ZIP_BZIP2),
        samples.archive({"mimetype": samples.MIMETYPES["odt"]}, zipfile.ZIP_LZMA),
        b"PK\x03\x04" + b"PK\x01\x02" * (documents.MAX_ARCHIVE_ENTRIES + 1),
    ],
    ids=["types", "mimetype", "bzip2", "lzma", "entries"],
)
def test_an_archive_that_would_swell_is_refused_unread(content):
    started = time.monotonic()
    refusal(content, "note.odt")
    assert time.monotonic() - started < 1


def test_what_swells_elsewhere_in_an_archive_is_never_read():
    assert measure(samples.open_document("odt", {"bombe": bytes(20_000_000)}), "note.odt").extension == "odt"


@given(st.sampled_from(sorted(ACCEPTED)), st.data())
def test_a_damaged_document_is_measured_or_refused_and_nothing_else(name, data):
    content = bytearray(ACCEPTED[name])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = measure(bytes(content), name)
    except DocumentError:
        return
    assert facts.extension == name.rpartition(".")[2]


@given(st.binary(), st.sampled_from(sorted(documents.EXTENSIONS)))
def test_any_bytes_are_measured_or_refused(content, extension):
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04"):
        try:
            assert measure(start + content, f"fichier.{extension}").extension == extension
        except DocumentError:
            continue


@pytest.mark.parametrize(
    "address",
    ["/uploads/a.pdf", "/uploads/Année 2026.PDF", "https://exemple.fr/a.odt?v=2#page=3", "a.csv"],
)
def test_a_document_s_address_is_known_by_its_extension(address):
    assert documents.is_document_address(address)


@pytest.mark.parametrize(
    "address",
    ["/uploads/a.png", "/a.pdf/", "/page?f=a.pdf", "https://exemple.zip", "/pdf", "", "https://[a.pdf"],
)
def test_another_address_is_no_document_s(address):
    assert not documents.is_document_address(address)


@pytest.mark.parametrize(
    ("size_bytes", "label"),
    [
        (0, f"0{NBSP}octet"),
        (1, f"1{NBSP}octet"),
        (999, f"999{NBSP}octets"),
        (1_000, f"1{NBSP}ko"),
        (853_200, f"853{NBSP}ko"),
        (999_499, f"999{NBSP}ko"),
        (999_500, f"1{NBSP}Mo"),
        (1_810_000, f"1,81{NBSP}Mo"),
        (2_500_000, f"2,5{NBSP}Mo"),
        (50_000_000, f"50{NBSP}Mo"),
    ],
)
def test_sizes_are_said_in_french(size_bytes, label):
    assert documents.size_label(size_bytes) == label
