"""What an image is, what is refused, and what the public gets of it."""

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from articles import images
from articles.images import ImageError

from . import samples

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF"}
ACCEPTED = {f"photo.{extension}": samples.image(name) for extension, name in FORMATS.items()}


def refusal(data, name):
    with pytest.raises(ImageError) as caught:
        images.measure(data, name)
    sentence = str(caught.value)
    assert name in sentence
    return sentence


def opened(rendition):
    return Image.open(BytesIO(rendition.data))


def png_header(width, height):
    """Return a PNG that announces a size and holds a handful of bytes."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        for kind, content in chunks
    )


@pytest.mark.parametrize("extension", FORMATS)
def test_each_accepted_format_is_told_from_its_bytes(extension):
    facts = images.measure(ACCEPTED[f"photo.{extension}"], f"photo.{extension}")
    assert (facts.extension, facts.width, facts.height) == (extension, 64, 48)
    assert facts.media_type == f"image/{FORMATS[extension].lower()}"


@pytest.mark.parametrize("name", ["photo.jpeg", "PHOTO.JPG", "photo.été.JPEG"])
def test_both_extensions_of_jpeg_are_understood_in_any_case(name):
    assert images.measure(ACCEPTED["photo.jpg"], name).extension == "jpg"


def test_an_open_file_is_measured_from_its_start_and_left_there():
    file = BytesIO(ACCEPTED["photo.png"])
    file.seek(20)
    assert images.measure(file, "photo.png").width == 64
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"", "vide.png", "vide"),
        (b"bonjour", "texte.png", "n’est pas une image lisible"),
        (b"<html><script>alert(1)</script></html>", "page.jpg", "n’est pas une image lisible"),
        (samples.pdf(), "rapport.png", "n’est pas une image lisible"),
        (samples.image("BMP"), "photo.bmp", "JPEG, PNG, WebP, GIF ou AVIF"),
        (samples.image("TIFF"), "photo.jpg", "JPEG, PNG, WebP, GIF ou AVIF"),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "dessin.svg", "exportez-la en PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "dessin.png", "exportez-la en PNG"),
        (ACCEPTED["photo.png"], "photo.jpg", "renommez le fichier en .png"),
        (ACCEPTED["photo.jpg"], "photo.webp", "renommez le fichier en .jpg"),
        (ACCEPTED["photo.jpg"], "photo", "renommez le fichier en .jpg"),
    ],
)
def test_what_is_no_publishable_image_is_refused_with_a_reason(data, name, expected):
    assert expected in refusal(data, name)


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_cut_image_is_refused(name):
    whole = ACCEPTED[name]
    assert images.measure(whole, name)
    refusal(whole[: len(whole) * 2 // 3], name)


@pytest.mark.parametrize(
    ("width", "height"), [(10_000, 5_001), (12_000, 12_000), (15_000, 15_000), (60_000, 60_000)]
)
def test_an_image_of_too_many_pixels_is_refused_before_any_is_decoded(width, height):
    assert "millions de pixels" in refusal(png_header(width, height), "bombe.png")


def test_the_pixel_cap_is_the_announced_one():
    # No more is wrong with it than its missing pixels.
    assert "incomplète" in refusal(png_header(10_000, 5_000), "bombe.png")


def test_an_image_too_long_for_any_format_is_refused():
    assert "pixels de côté" in refusal(png_header(images.MAX_SIDE + 1, 2), "ruban.png")


def test_an_image_too_heavy_is_refused(monkeypatch):
    data = ACCEPTED["photo.png"]
    monkeypatch.setattr(images, "MAX_SIZE_BYTES", len(data))
    assert images.measure(BytesIO(data), "photo.png")
    monkeypatch.setattr(images, "MAX_SIZE_BYTES", len(data) - 1)
    assert "pèse plus de" in refusal(BytesIO(data), "photo.png")


@pytest.mark.parametrize("extension", ["gif", "webp", "png", "avif"])
def test_an_animation_is_refused(extension):
    frames = [samples.photo().rotate(angle) for angle in (0, 90, 180)]
    data = samples.image(FORMATS[extension], save_all=True, append_images=frames[1:], duration=100)
    assert "animée" in refusal(data, f"photo.{extension}")


def test_a_photograph_followed_by_others_of_the_same_view_is_one_photograph():
    data = samples.image("MPO", save_all=True, append_images=[samples.photo()])
    assert images.measure(data, "photo.jpg").media_type == "image/jpeg"
    assert {each.extension for each in images.renditions(data)} == {"avif", "webp", "jpg"}


def test_renditions_come_at_each_width_up_to_the_image_s_own():
    made = list(images.renditions(samples.image("JPEG", (1000, 500))))
    assert [(each.width, each.height, each.extension) for each in made] == [
        (width, width // 2, extension)
        for width in (320, 640, 960, 1000)
        for extension in ("avif", "webp", "jpg")
    ]
    assert all(opened(each).size == (each.width, each.height) for each in made)
    assert all(opened(each).get_format_mimetype() == each.media_type for each in made)


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((100, 60), [(100, 60)]),
        ((320, 10), [(320, 10)]),
        ((4000, 2), [(320, 1), (640, 1), (960, 1), (1280, 1), (1920, 1)]),
        ((2400, 1600), [(320, 213), (640, 427), (960, 640), (1280, 853), (1920, 1280)]),
        ((1, 700), [(1, 700)]),
    ],
)
def test_a_small_image_is_never_enlarged_and_a_big_one_is_capped(size, sizes):
    made = images.renditions(samples.image("JPEG", size))
    assert [(each.width, each.height) for each in made if each.extension == "jpg"] == sizes


@pytest.mark.parametrize(
    ("extension", "extensions"),
    [
        ("jpg", ["avif", "webp", "jpg"]),
        ("png", ["avif", "webp", "png"]),
        ("gif", ["avif", "webp", "png"]),
        ("webp", ["avif", "webp"]),
        ("avif", ["avif", "webp"]),
    ],
)
def test_the_formats_of_renditions_follow_the_image_s_own(extension, extensions):
    made = images.renditions(ACCEPTED[f"photo.{extension}"])
    assert [each.extension for each in made] == extensions


def test_a_pillow_without_avif_still_makes_the_others(monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    assert [each.extension for each in images.renditions(ACCEPTED["photo.jpg"])] == ["webp", "jpg"]


def test_the_same_image_gives_the_same_files():
    data = samples.image("JPEG", (700, 300))
    assert list(images.renditions(data)) == list(images.renditions(BytesIO(data)))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_orientation_of_a_photograph_is_applied(orientation, image_format):
    # What the camera stored, so that turning it gives the picture back: black at the top left.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 20, 10))
    stored = picture.transpose(undo[orientation]) if orientation in undo else picture
    file = BytesIO()
    stored.save(file, image_format, exif=samples.exif(orientation))
    extension = next(each for each in FORMATS if FORMATS[each] == image_format)

    facts = images.measure(file.getvalue(), f"photo.{extension}")
    assert (facts.width, facts.height) == (60, 40)
    for rendition in images.renditions(file.getvalue()):
        shown = opened(rendition).convert("L")
        assert shown.size == (60, 40)
        corners = [shown.getpixel(place) > 128 for place in ((5, 3), (55, 3), (5, 35), (55, 35))]
        assert corners == [False, True, True, True]


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_of_the_place_the_device_or_the_author_is_left(image_format):
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Camille</x:xmpmeta>"
    options = {"exif": samples.exif(6), "icc_profile": samples.colour_profile(), "xmp": xmp}
    if image_format == "JPEG":
        options["comment"] = "Camille"
    data = samples.image(image_format, **options)
    assert b"Camille" in data
    for rendition in images.renditions(data):
        image = opened(rendition)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        assert b"Camille" not in rendition.data


def test_colours_of_another_profile_become_those_of_the_screen():
    # Red and green change places: a profile whose primaries are swapped shows which one was read.
    profile = bytearray(samples.colour_profile())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    file = BytesIO()
    Image.new("RGB", (32, 32), (250, 0, 0)).save(file, "PNG", icc_profile=bytes(profile))
    for rendition in images.renditions(file.getvalue()):
        red, green, blue = opened(rendition).convert("RGB").getpixel((16, 16))
        assert green > 240
        assert red < 15
        assert blue < 15


def test_a_damaged_profile_leaves_the_colours_alone():
    data = samples.image("PNG", icc_profile=bytes(200))
    rendition = next(images.renditions(data))
    assert opened(rendition).size == (64, 48)


@pytest.mark.parametrize(
    ("image_format", "mode"),
    [
        ("PNG", "1"),
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("WEBP", "RGBA"),
    ],
)
@pytest.mark.parametrize("profile", [True, False])
def test_every_kind_of_pixels_gives_renditions(image_format, mode, profile):
    options = {"icc_profile": samples.colour_profile()} if profile and image_format != "GIF" else {}
    for rendition in images.renditions(samples.image(image_format, mode=mode, **options)):
        image = opened(rendition)
        assert image.mode in ("RGB", "RGBA")
        left, right = image.convert("L").getpixel((1, 1)), image.convert("L").getpixel((32, 24))
        assert left < right


def test_sixteen_bits_a_grey_keep_their_shades():
    file = BytesIO()
    grey = Image.new("I;16", (64, 48), 32_768)
    grey.save(file, "PNG")
    for rendition in images.renditions(file.getvalue()):
        assert opened(rendition).convert("L").getpixel((5, 5)) == pytest.approx(128, abs=3)


@pytest.mark.parametrize(("image_format", "mode"), [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA")])
def test_transparency_is_kept(image_format, mode):
    image = Image.new(mode, (64, 48))
    image.paste(Image.new(mode, (32, 48), "white"), (32, 0))
    file = BytesIO()
    image.save(file, image_format)
    for rendition in images.renditions(file.getvalue()):
        alpha = opened(rendition).getchannel("A")
        assert alpha.getpixel((2, 2)) < 10
        assert alpha.getpixel((60, 40)) > 245


@pytest.mark.parametrize(
    ("image_format", "mode", "transparency"),
    [("GIF", "P", 0), ("PNG", "P", 0), ("PNG", "L", 0), ("PNG", "RGB", (0, 0, 0)), ("PNG", "I;16", 0)],
)
def test_the_one_transparent_colour_of_an_image_is_kept(image_format, mode, transparency):
    image = Image.new(mode, (64, 48), 0)
    image.paste((1, 2, 3) if mode == "RGB" else 1, (32, 0, 64, 48))
    if mode == "P":
        image.putpalette([255, 0, 0, 0, 0, 255])
    file = BytesIO()
    image.save(file, image_format, transparency=transparency)
    for rendition in images.renditions(file.getvalue()):
        assert opened(rendition).getchannel("A").getpixel((2, 2)) < 10


DAMAGED = {
    f"photo.{extension}": samples.image(
        name, **({} if name == "GIF" else {"exif": samples.exif(6), "icc_profile": samples.colour_profile()})
    )
    for extension, name in FORMATS.items()
}


@given(st.sampled_from(sorted(DAMAGED)), st.data())
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_image_is_measured_or_refused_and_what_is_measured_is_shown(name, data):
    content = bytearray(DAMAGED[name])
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = images.measure(bytes(content), name)
    except ImageError:
        return
    if facts.width * facts.height < 100_000:
        assert all(each.width <= facts.width for each in images.renditions(bytes(content)))
