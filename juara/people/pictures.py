"""Pictures of people: taken from anybody's camera, kept as one small square, served for ever."""

import hashlib
import io
import struct
import zlib
from datetime import datetime

from django.utils.translation import gettext_noop
from PIL import Image, ImageOps

from juara.audit import operations as audit
from juara.core.errors import DomainError, NotFoundError
from juara.people.models import Member, MemberPicture

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE = 192
CONTENT_TYPE = "image/webp"
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

# Pillow's own guard only warns where we already refuse; the size is looked at before decoding.
Image.MAX_IMAGE_PIXELS = None

# Whatever a damaged or hostile file makes the decoders stumble over.
_UNREADABLE = (
    OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip


def fingerprints() -> dict[int, str]:
    """Return the fingerprint of everybody's picture by member; who has none is missing."""
    return dict(MemberPicture.objects.values_list("member_id", "fingerprint"))


def fingerprints_by_public_id() -> dict[str, str]:
    """Return the same by the members' public ids, for pages that know no others."""
    return dict(MemberPicture.objects.values_list("member__public_id", "fingerprint"))


def fingerprint_of(member_id: int) -> str:
    """Return the fingerprint of one member's picture; "" for none."""
    found = MemberPicture.objects.filter(member_id=member_id)
    return found.values_list("fingerprint", flat=True).first() or ""


def content(public_id: str, fingerprint: str) -> bytes:
    """Return a member's picture; NotFoundError unless it is the one with this fingerprint."""
    found = (
        MemberPicture.objects.filter(member__public_id=public_id, fingerprint=fingerprint)
        .values_list("content", flat=True)
        .first()
    )
    if found is None:
        raise NotFoundError("picture.unknown", gettext_noop("There is nothing at this address."))
    return bytes(found)


def set_picture(public_id: str, uploaded: bytes, *, moment: datetime, actor: str) -> str:
    """Let a member look like this from now on; return the fingerprint.

    Raises DomainError, in words, for what is no picture we read. What was uploaded is not kept:
    place, time and camera that a photograph carries go with it.
    """
    member = _member(public_id)
    made = redrawn(uploaded)
    fingerprint = hashlib.sha256(made).hexdigest()[:16]
    MemberPicture.objects.update_or_create(
        member=member, defaults={"content": made, "fingerprint": fingerprint}
    )
    audit.record(actor=actor, action="member.pictured", subject=member.name, at=moment)
    return fingerprint


def remove_picture(public_id: str, *, moment: datetime, actor: str) -> None:
    """Show a member's initials again."""
    member = _member(public_id)
    removed, _ = MemberPicture.objects.filter(member=member).delete()
    if removed:
        audit.record(actor=actor, action="member.unpictured", subject=member.name, at=moment)


def redrawn(uploaded: bytes) -> bytes:
    """Return a picture as a WebP square of 192 pixels a side, upright, without metadata.

    The middle is kept. Raises DomainError for what is too large or no JPEG, PNG, WebP or GIF.
    """
    if len(uploaded) > MOST_BYTES:
        raise DomainError(
            "picture.too_heavy",
            gettext_noop("The picture is larger than 10 MB. Choose or save a smaller one."),
        )
    try:
        with Image.open(io.BytesIO(uploaded), formats=_FORMATS) as opened:
            # Only the header has been read so far.
            width, height = opened.size
            if width * height > MOST_PIXELS:
                raise _too_many_pixels()
            return _drawn(opened)
    except _UNREADABLE as error:
        raise DomainError(
            "picture.unreadable",
            gettext_noop("This is not a picture we can read. Choose a JPEG, PNG, WebP or GIF."),
        ) from error


def _drawn(opened: Image.Image) -> bytes:
    # A JPEG can be decoded at a fraction of its size, which is all that is needed.
    opened.draft("RGB", (2 * SIDE, 2 * SIDE))
    upright = ImageOps.exif_transpose(opened)
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    square = ImageOps.fit(plain, (SIDE, SIDE), Image.Resampling.LANCZOS)
    # Some encoders take along what the original's `info` says.
    square.info.clear()
    out = io.BytesIO()
    square.save(out, "WEBP", quality=84, method=4)
    return out.getvalue()


def _too_many_pixels() -> DomainError:
    return DomainError(
        "picture.too_large",
        gettext_noop("The picture has more than 50 megapixels. Save it smaller and try again."),
    )


def _member(public_id: str) -> Member:
    found = Member.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("member.unknown", gettext_noop("There is nobody at this address."))
    return found
