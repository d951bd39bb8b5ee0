"""Files that people hand in: whole pictures and PDFs only, encrypted, for moderators only."""

import io
import os
import struct
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from PIL import Image, ImageFile
from sqlmodel import select

from domain.actors import Actor, Role
from domain.cases import CaseNotFound
from domain.errors import Unavailable
from domain.proofs import ProofRefused, ProofsTooMany, ProofType
from jobs import deadlines
from services import hearings, proofs
from services.installation import Installation
from services.proofs import Checked
from services.rulings import Step
from services.turns import Turns
from store.decisions import AuditEntry
from store.proofs import Proof
from tests.services import reported
from tests.services.reported import Reported
from tests.services.steps import NOON

MONA = Actor(Role.MODERATOR, "usr-mona")
SECRET = b"GPS-POSITION-OF-THE-AUTHOR"


def picture(kind: str, *, size: tuple[int, int] = (8, 6)) -> bytes:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", size, "teal").save(target, kind, exif=exif)
    return target.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that would fill gigabytes once it is unpacked."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_drawn_anew_without_what_hides_in_or_behind_them(kind: str) -> None:
    hostile = picture(kind) + b"<script>alert(1)</script>PK\x03\x04"
    checked = proofs.checked(hostile)
    assert SECRET not in checked.body
    assert b"<script>" not in checked.body
    with Image.open(io.BytesIO(checked.body)) as drawn:
        assert (drawn.format, drawn.size) == (kind, (8, 6))


HOSTILE = {
    "empty": lambda: b"",
    "too large": lambda: b"%PDF-1.7" + b"x" * 8_000_001 + b"%%EOF",
    "gigapixels": lambda: png_that_claims(60_000, 60_000),
    "megapixels": lambda: png_that_claims(9_000, 9_000),
    "cut off": lambda: picture("PNG")[:40],
    "noise": lambda: b"\xff\xd8\xff" + os.urandom(500),
    "no head": lambda: picture("PNG").replace(b"IHDR", b"IHDX"),
    "no picture": lambda: b"RIFF\x10\x00\x00\x00WEBPVP8 nonsense",
    "a script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_broken_huge_and_other_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(ProofRefused):
        proofs.checked(make())


def test_what_editors_note_in_a_picture_is_not_kept() -> None:
    target = io.BytesIO()
    picture_ = Image.new("RGB", (8, 6), "teal")
    picture_.save(target, "JPEG", comment=SECRET, xmp=SECRET, icc_profile=SECRET)
    assert target.getvalue().count(SECRET) == 3
    assert SECRET not in proofs.checked(target.getvalue()).body


def test_a_picture_is_measured_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: decoded.append(self))
    for size in ((60_000, 60_000), (9_000, 9_000)):
        with pytest.raises(ProofRefused):
            proofs.checked(png_that_claims(*size))
    assert decoded == []


def test_one_picture_is_decoded_at_a_time_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "TURNS", Turns(at_once=1, waiting=2))
    inside, most, lock = 0, 0, threading.Lock()
    started, go_on = threading.Semaphore(0), threading.Event()
    saved = proofs._saved

    def slowly(kind: ProofType, picture_: Image.Image) -> bytes:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        started.release()
        assert go_on.wait(30)
        done = saved(kind, picture_)
        with lock:
            inside -= 1
        return done

    monkeypatch.setattr(proofs, "_saved", slowly)
    body, refused = picture("PNG"), threading.Semaphore(0)

    def check() -> bool:
        try:
            return bool(proofs.checked(body).body)
        except Unavailable:
            refused.release()
            return False

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(check) for _ in range(8)]
        assert started.acquire(timeout=30)
        # One draws and two wait: all the others are sent away at once.
        for _ in range(5):
            assert refused.acquire(timeout=30)
        go_on.set()
        assert sorted(answer.result() for answer in answers) == [False] * 5 + [True] * 3
    assert most == 1
    # Every turn was given back, also where a picture was refused.
    with pytest.raises(ProofRefused):
        proofs.checked(picture("PNG")[:60])
    assert proofs.checked(body).body
    # Other files need no turn.
    assert proofs.checked(PDF.body) == PDF


@pytest.fixture
def made(installation: Installation) -> Reported:
    return reported.reported(installation.database)


def hand_in(installation: Installation, made: Reported, text: str, *files: Checked) -> None:
    with installation.database.write() as work:
        home = installation.settings.home
        hearings.answer(work, home, made.filed.token, text, files, now=NOON)


PDF = Checked(ProofType.PDF, b"%PDF-1.7 order 4711 %%EOF")


def test_a_proof_is_encrypted_on_the_disk_and_read_by_moderators_with_a_log(
    installation: Installation, made: Reported
) -> None:
    hand_in(installation, made, "The order is attached.", PDF)
    [path] = reported.proofs_folder(installation.settings.home)
    assert b"4711" not in path.read_bytes()
    proof, body = proofs.read(installation, made.case_id, path.name, actor=MONA, now=NOON)
    assert (body, proof.media_type) == (PDF.body, "application/pdf")
    with installation.database.read() as session:
        seen = session.exec(select(AuditEntry).where(AuditEntry.action == "proof.seen")).one()
        assert (seen.actor, seen.object) == ("usr-mona", path.name)


def test_a_proof_is_found_in_its_own_case_only(installation: Installation, made: Reported) -> None:
    other = reported.reported(installation.database, domain="b.example")
    hand_in(installation, made, "The order is attached.", PDF)
    [path] = reported.proofs_folder(installation.settings.home)
    for case_id, proof_id in (
        (other.case_id, path.name),
        ("mod-1", path.name),
        (made.case_id, "../trustwright.db"),
    ):
        with pytest.raises(CaseNotFound):
            proofs.read(installation, case_id, proof_id, actor=MONA, now=NOON)
    path.unlink()
    with pytest.raises(CaseNotFound):
        proofs.read(installation, made.case_id, path.name, actor=MONA, now=NOON)


def test_a_side_hands_in_five_files(installation: Installation, made: Reported) -> None:
    hand_in(installation, made, "Three of them.", PDF, PDF, PDF)
    with pytest.raises(ProofsTooMany):
        hand_in(installation, made, "And three more.", PDF, PDF, PDF)
    hand_in(installation, made, "And the last two.", PDF, PDF)
    with installation.database.read() as session:
        assert len(session.exec(select(Proof)).all()) == 5


def test_proofs_go_when_the_case_is_closed_and_orphans_after_a_day(
    installation: Installation, made: Reported
) -> None:
    database, home = installation.database, installation.settings.home
    hand_in(installation, made, "The order is attached.", PDF)
    [kept] = reported.proofs_folder(home)
    orphan = kept.with_name("prf-of-a-rolled-back-transaction")
    orphan.write_bytes(b"nobody's")
    os.utime(orphan, (0, 0))
    os.utime(kept, (0, 0))
    assert proofs.purge(installation, now=NOON) == 1
    assert reported.proofs_folder(home) == [kept]
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.KEEP)
    later = NOON + timedelta(days=200)
    deadlines.watch(installation, now=later.isoformat())
    assert deadlines.forget(installation, now=later.isoformat())["proofs"] == 1
    assert reported.proofs_folder(home) == []
    with pytest.raises(CaseNotFound):
        proofs.read(installation, made.case_id, kept.name, actor=MONA, now=later)
