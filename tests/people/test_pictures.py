"""Pictures: what is taken in, what becomes of it, and what is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from juara.audit.models import AuditEntry
from juara.core.errors import DomainError, NotFoundError
from juara.people import pictures
from juara.people.models import MemberPicture
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    """Return a picture, red on its left half and blue on its right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def says(image: Image.Image, at: tuple[int, int]) -> str:
    red, _green, blue = image.convert("RGB").getpixel(at)  # type: ignore[misc]
    return "red" if red > 150 > blue else "blue" if blue > 150 > red else "neither"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_usual_kind_becomes_a_webp_square(form: str) -> None:
    made = opened(pictures.redrawn(picture(form)))

    assert (made.format, made.size) == ("WEBP", (192, 192))
    assert (says(made, (10, 96)), says(made, (180, 96))) == ("red", "blue")


def test_what_a_camera_writes_beside_the_picture_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x8825] = {1: "S", 2: (6.0, 12.0, 0.0)}
    uploaded = picture(exif=exif.tobytes())
    assert b"A camera" in uploaded

    made = pictures.redrawn(uploaded)

    assert b"A camera" not in made
    assert dict(opened(made).getexif()) == {}


def test_a_picture_taken_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the left: its left is the top

    made = opened(pictures.redrawn(picture(exif=exif.tobytes())))

    assert (says(made, (96, 10)), says(made, (96, 180))) == ("red", "blue")


def test_what_can_be_seen_through_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")

    made = opened(pictures.redrawn(out.getvalue()))

    assert made.mode == "RGBA"
    assert made.getpixel((96, 96))[3] == 0  # type: ignore[index]


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("uploaded", "code"),
    [
        (bomb(10_000, 5_001), "picture.too_large"),
        (bomb(2**31 - 1, 2**31 - 1), "picture.too_large"),
        (b"\x00" * (10 * 1024 * 1024 + 1), "picture.too_heavy"),
        (b"", "picture.unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "picture.unreadable"),
        (b"%PDF-1.7", "picture.unreadable"),
        (picture()[:400], "picture.unreadable"),
        (picture("PNG")[:60], "picture.unreadable"),
        (picture("BMP"), "picture.unreadable"),
        (picture("TIFF"), "picture.unreadable"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(uploaded: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        pictures.redrawn(uploaded)

    assert refusal.value.code == code


def test_a_member_shows_the_newest_picture(inside: Organization) -> None:
    ana = cast.member("Ana", "North")
    first = pictures.set_picture(ana.public_id, picture(), moment=cast.NOW, actor="ana")
    second = pictures.set_picture(
        ana.public_id, picture(size=(64, 64)), moment=cast.NOW, actor="ana"
    )

    assert first != second
    assert pictures.fingerprints() == {ana.id: second}
    assert opened(pictures.content(ana.public_id, second)).size == (192, 192)
    with pytest.raises(NotFoundError):
        pictures.content(ana.public_id, first)
    actions = AuditEntry.objects.filter(action="member.pictured")
    assert [each.subject for each in actions] == ["Ana", "Ana"]


def test_a_refused_picture_leaves_the_one_before(inside: Organization) -> None:
    ana = cast.member("Ana", "North")
    kept = pictures.set_picture(ana.public_id, picture(), moment=cast.NOW, actor="ana")

    with pytest.raises(DomainError):
        pictures.set_picture(ana.public_id, b"no picture", moment=cast.NOW, actor="ana")

    assert pictures.fingerprints() == {ana.id: kept}


def test_a_removed_picture_is_gone(inside: Organization) -> None:
    ana = cast.member("Ana", "North")
    pictures.set_picture(ana.public_id, picture(), moment=cast.NOW, actor="ana")
    pictures.remove_picture(ana.public_id, moment=cast.NOW, actor="ana")

    assert pictures.fingerprints() == {}
    assert MemberPicture.objects.count() == 0


def test_nobody_sets_the_picture_of_another_organizations_member(inside: Organization) -> None:
    other = cast.organization("globex")
    with scope.enter(other):
        theirs = cast.member("Theo", "North")

    with pytest.raises(NotFoundError):
        pictures.set_picture(theirs.public_id, picture(), moment=cast.NOW, actor="ana")
    with scope.enter(other):
        assert pictures.fingerprints() == {}
