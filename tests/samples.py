"""Small files made in memory: PDF, office documents, archives and images."""

import zipfile
from io import BytesIO

from PIL import ExifTags, Image, ImageCms
from pypdf import PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
OFFICE_PARTS = {
    "docx": f"{OPEN_XML}.wordprocessingml.document.main+xml",
    "xlsx": f"{OPEN_XML}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OPEN_XML}.presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}
MIMETYPES = {
    "odt": f"{OPEN_DOCUMENT}.text",
    "ods": f"{OPEN_DOCUMENT}.spreadsheet",
    "odp": f"{OPEN_DOCUMENT}.presentation",
    "odg": f"{OPEN_DOCUMENT}.graphics",
    "epub": "application/epub+zip",
}
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def pdf(pages=1, tagged=False, title="", language="", user_password=None):
    """Return a PDF of blank pages; a `user_password` of "" restricts it without hiding it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    catalog = writer.root_object
    if tagged:
        marked = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
        tree = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
        catalog[NameObject("/MarkInfo")] = marked
        catalog[NameObject("/StructTreeRoot")] = tree
    if language:
        catalog[NameObject("/Lang")] = TextStringObject(language)
    if title:
        writer.add_metadata({"/Title": title})
    if user_password is not None:
        writer.encrypt(user_password, owner_password="propriétaire", algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def raw_pdf(*objects):
    """Return a PDF of these objects as written, the first being the catalog, without a checked table."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n" % (len(objects) + 1)
    return b"%PDF-1.4\n" + body + trailer


def archive(entries, compression=zipfile.ZIP_DEFLATED):
    """Return a zip of `entries`, by name."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as writer:
        for name, content in entries.items():
            writer.writestr(name, content)
    return file.getvalue()


def office(extension, **entries):
    """Return an OOXML document, `docm` being one with macros."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{OFFICE_PARTS[extension]}"/></Types>'
    return archive({"[Content_Types].xml": types, "main.xml": "<document/>", **entries})


def open_document(extension, entries=None):
    """Return an OpenDocument or EPUB file."""
    return archive({"mimetype": MIMETYPES[extension], "content.xml": "<content/>", **(entries or {})})


def photo(width=64, height=48, mode="RGB"):
    """Return pixels whose corners can be told apart: the top left is the darkest."""
    return Image.linear_gradient("L").rotate(45).resize((width, height)).convert(mode)


def image(image_format="JPEG", size=(64, 48), mode="RGB", **options):
    """Return an image file of a gradient; `options` are Pillow's."""
    file = BytesIO()
    photo(*size, mode=mode).save(file, image_format, **options)
    return file.getvalue()


def exif(orientation=1):
    """Return EXIF as a telephone writes it: orientation, device, place."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Model] = "Téléphone de Camille"
    data[ExifTags.IFD.GPSInfo] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)}
    return data


def colour_profile():
    """Return an ICC profile, as image editors embed."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
