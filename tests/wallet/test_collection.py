"""A learner's collection: taken in, grouped, tied, with work; exported and back byte for byte; gone for good."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.badges import badge, raw, signed
from tests.web import world

from learnwork.accounts.models import User
from learnwork.records.check_codes import CheckError
from learnwork.wallet import collection, export
from learnwork.wallet.holder_errors import CollectionFullError, RestoreRefusedError, UploadRefusedError
from learnwork.wallet.models import Group, Held, Holder, Share, Tie, Work
from learnwork.wallet.models.holding import folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana")


@pytest.fixture
def signed_in(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def other(number: int) -> bytes:
    return raw(signed(badge(id=f"urn:uuid:0c1d7f0e-5f7a-4b6f-8a0c-{number:012}", name=f"Badge {number}")))


def archive(owner: User) -> bytes:
    out = io.BytesIO()
    export.write(owner, out)
    return out.getvalue()


def test_a_badge_is_added_and_shown_with_its_verdict(signed_in: Client) -> None:
    data = raw(signed(badge()))
    page = signed_in.post("/records/add", {"file": SimpleUploadedFile("welding.json", data)}, follow=True)
    text = page.content.decode()
    assert "1 record was added." in text
    assert "This record verifies" in text
    held = Held.objects.get()
    assert bytes(held.raw) == data
    assert (held.title, held.issuer, held.via) == ("Pipe welding", "Riverside College", "upload")
    assert "Pipe welding" in signed_in.get("/records").content.decode()
    again = signed_in.post("/records/add", {"text": data.decode()}, follow=True).content.decode()
    assert "1 was here already." in again
    got = signed_in.get(f"/records/{held.pk}/file")
    assert got.content == data
    assert got["Content-Disposition"].startswith("attachment")


def test_an_archive_gives_each_of_its_records(ana: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a/one.json", other(1))
        packed.writestr("two.json", other(2))
        packed.writestr("notes.txt", "no record")
    taken = collection.take_in(ana, out.getvalue(), "all.zip")
    assert [held.name for held in taken.new] == ["one.json", "two.json"]
    assert len(taken.refused) == 1
    assert taken.refused[0].startswith("notes.txt")


def test_groups_are_made_and_go_with_their_last_record(signed_in: Client, ana: User) -> None:
    held = collection.take_in(ana, other(1)).new[0]
    signed_in.post(f"/records/{held.pk}/groups", {"groups": "Work, Trade , Work"})
    assert sorted(held.groups.values_list("name", flat=True)) == ["Trade", "Work"]
    group = Group.objects.get(name="Trade")
    assert "Badge 1" in signed_in.get(f"/records?group={group.pk}").content.decode()
    collection.delete(held)
    assert not Group.objects.exists()


def test_a_record_is_tied_to_the_registry_by_its_owner_only(signed_in: Client, ana: User) -> None:
    world.load()
    held = collection.take_in(ana, other(1)).new[0]
    known = world.ctid("welding")
    assert signed_in.get(f"/records/{held.pk}?q=welding").status_code == 200
    assert not Tie.objects.exists()
    signed_in.post(f"/records/{held.pk}/ties", {"ctid": known})
    assert f"/resources/{known}" in signed_in.get(f"/records/{held.pk}").content.decode()
    unknown = signed_in.post(f"/records/{held.pk}/ties", {"ctid": "ce-00000000-0000-4000-8000-000000000000"})
    assert unknown.status_code == 404
    signed_in.post(f"/records/{held.pk}/ties", {"ctid": known, "act": "untie"})
    assert not Tie.objects.exists()


def test_work_is_kept_outside_the_web_and_given_as_a_download_only(
    signed_in: Client, ana: User, django_capture_on_commit_callbacks: Any
) -> None:
    held = collection.take_in(ana, other(1)).new[0]
    page = b"<script>alert(1)</script>"
    signed_in.post(
        f"/records/{held.pk}/files", {"file": SimpleUploadedFile("../../x.html", page, "text/html")}
    )
    work = Work.objects.get()
    assert work.name == "x.html"
    assert work.path.parent == folder()
    assert work.path.stat().st_mode & 0o077 == 0
    got = signed_in.get(f"/records/files/{work.pk}")
    assert b"".join(got.streaming_content) == page
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"] == 'attachment; filename="x.html"'
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(f"/records/files/{work.pk}")
    assert list(folder().iterdir()) == []


def test_export_and_restore_lose_nothing(ana: User, django_capture_on_commit_callbacks: Any) -> None:
    world.load()
    first, second = (collection.take_in(ana, other(n), f"{n}.json").new[0] for n in (1, 2))
    collection.put_into(first, ["Work"])
    collection.tie(first, world.ctid("welding"))
    collection.attach(
        second, SimpleUploadedFile("report.pdf", b"%PDF-1.7 " + bytes(range(256)), "application/pdf")
    )
    before = archive(ana)
    assert archive(ana) == before
    with django_capture_on_commit_callbacks(execute=True):
        collection.delete_everything(ana)
    assert list(folder().iterdir()) == []
    assert export.restore(ana, io.BytesIO(before)) == 2
    assert archive(ana) == before
    assert export.restore(ana, io.BytesIO(before)) == 0


def test_a_changed_archive_is_refused_and_leaves_nothing(ana: User) -> None:
    held = collection.take_in(ana, other(1)).new[0]
    collection.attach(held, SimpleUploadedFile("a.txt", b"work"))
    good = archive(ana)
    Held.objects.all().delete()
    for path in folder().iterdir():
        path.unlink()

    def changed(name: str, data: bytes) -> io.BytesIO:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
            for entry in old.namelist():
                new.writestr(entry, data if entry == name else old.read(entry))
        return io.BytesIO(out.getvalue())

    listed = json.loads(zipfile.ZipFile(io.BytesIO(good)).read("collection.json"))
    listed["records"][0]["works"][0]["file"] = "../../etc/passwd"
    named = [json.loads(json.dumps(listed["records"][0] | {"works": []})) for _ in range(2)]
    for file in (
        changed("collection.json", json.dumps(listed | {"records": named}).encode()),
        changed("collection.json", json.dumps(listed | {"records": [named[0] | {"name": "\0"}]}).encode()),
        changed("works/0001-01", b"other"),
        changed("records/0001.json", other(2)),
        changed("collection.json", b"{}"),
        changed("collection.json", json.dumps(listed).encode()),
        io.BytesIO(b"PK\x03\x04 broken"),
    ):
        with pytest.raises(RestoreRefusedError):
            export.restore(ana, file)
        assert not Held.objects.exists()
        assert list(folder().iterdir()) == []


def test_everything_is_deleted_for_good_when_one_is_sure(
    signed_in: Client, ana: User, django_capture_on_commit_callbacks: Any
) -> None:
    held = collection.take_in(ana, other(1)).new[0]
    collection.attach(held, SimpleUploadedFile("a.txt", b"work"))
    signed_in.post("/records/delete-everything")
    assert Held.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post("/records/delete-everything", {"sure": "1"})
    assert [model.objects.count() for model in (Held, Work, Group, Tie, Share, Holder)] == [0] * 6
    assert list(folder().iterdir()) == []


def test_a_learner_who_goes_takes_all_of_it_along(ana: User, django_capture_on_commit_callbacks: Any) -> None:
    held = collection.take_in(ana, other(1)).new[0]
    collection.attach(held, SimpleUploadedFile("a.txt", b"work"))
    with django_capture_on_commit_callbacks(execute=True):
        ana.delete()
    assert not Held.objects.exists()
    assert list(folder().iterdir()) == []


ADDRESSES = [
    ("get", "/records/{held}"), ("get", "/records/{held}/file"), ("post", "/records/{held}/groups"),
    ("post", "/records/{held}/ties"), ("post", "/records/{held}/files"), ("post", "/records/{held}/delete"),
    ("get", "/records/files/{work}"), ("post", "/records/files/{work}"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_another_learners_records_are_as_unknown_as_none(
    client: Client, ana: User, method: str, address: str
) -> None:
    held = collection.take_in(ana, other(1)).new[0]
    work = collection.attach(held, SimpleUploadedFile("a.txt", b"work"))
    where = address.format(held=held.pk, work=work.pk)
    assert getattr(client, method)(where).status_code == 302
    client.force_login(User.objects.create_user("bob"))
    answer = getattr(client, method)(
        where, {"file": SimpleUploadedFile("b.txt", b"x")} if method == "post" else {}
    )
    assert answer.status_code == 404
    assert "Badge 1" not in answer.content.decode()
    assert Work.objects.count() == 1


def test_forms_of_other_sites_change_nothing(ana: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    held = collection.take_in(ana, other(1)).new[0]
    for address in (
        "/records/add",
        f"/records/{held.pk}/delete",
        "/records/delete-everything",
        "/records/shares/new",
    ):
        assert strict.post(address, {"sure": "1"}).status_code == 403
    assert Held.objects.count() == 1


def test_bounds_hold(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MOST_RECORDS", 1)
    held = collection.take_in(ana, other(1)).new[0]
    with pytest.raises(CollectionFullError):
        collection.take_in(ana, other(2))
    monkeypatch.setattr(collection, "MOST_WORK", 3)
    with pytest.raises(UploadRefusedError):
        collection.attach(held, SimpleUploadedFile("a.txt", b"work"))
    monkeypatch.setattr(collection, "MOST_TOGETHER", held.size + 1)
    with pytest.raises(CollectionFullError):
        collection.attach(held, SimpleUploadedFile("a.txt", b"wor"))
    with pytest.raises(CheckError):
        collection.take_in(ana, b"no record")
    with pytest.raises(UploadRefusedError):
        collection.take_in(ana, b"PK\x03\x04 broken")


def test_a_link_to_an_address_inside_is_not_followed(signed_in: Client) -> None:
    for link in ("http://127.0.0.1:1/badge.json", "https://10.0.0.1/badge.json", "https://localhost/x"):
        page = signed_in.post("/records/add", {"text": link}, follow=True)
        assert "Nothing was fetched" in page.content.decode()
    assert not Held.objects.exists()


def test_scripts_in_names_do_nothing(signed_in: Client, ana: User) -> None:
    evil = "<script>alert(1)</script>"
    held = collection.take_in(ana, raw(signed(badge(name=evil))), f"{evil}.json").new[0]
    collection.put_into(held, [evil])
    for address in ("/records", f"/records/{held.pk}"):
        assert evil not in signed_in.get(address).content.decode()


def test_learners_make_accounts_only_where_they_may(client: Client, settings: Any) -> None:
    asked = {"name": "cleo", "password": "welding in the spring"}
    assert client.post("/records/sign-up", asked).status_code == 404
    assert "/records/sign-up" not in client.get("/records").content.decode()
    settings.SIGN_UP = True
    assert "/records/sign-up" in client.get("/records").content.decode()
    weak = client.post("/records/sign-up", asked | {"password": "cleo"}).content.decode()
    assert "too short" in weak
    page = client.post("/records/sign-up", asked, follow=True)
    assert page.request["PATH_INFO"] == "/records"
    made = User.objects.get()
    assert (made.role, made.may_curate) == ("", False)
    taken = Client().post("/records/sign-up", asked | {"name": "CLEO"}).content.decode()
    assert "Somebody has this name already" in taken
