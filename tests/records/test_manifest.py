"""Every case of the manifest of vectors is run somewhere, and the examples of 1EdTech's specifications here."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.records.badges import web
from tests.records.test_verification import controllers

from learnwork.records import canonical, verify

# Where the cases of each set are run, and how many they are. Each of these tests counts what it ran.
RUN = {
    "w3c-di-eddsa": ("test_proofs.py", 8),
    "w3c-di-ecdsa": ("test_selective.py", 6),  # five of them in test_proofs.py
    "rdf-canon": ("test_json_ld_vectors.py", 18),
    "jsonld-toRdf": ("test_json_ld_vectors.py", 88),
    "vcdm2": ("test_data_model.py", 50),
    "dcc-vc-test-fixtures": ("test_verification.py", 17),
    "1edtech-ob20": ("test_open_badges.py", 2),
    "1edtech-ob30": ("test_verification.py", 9),  # simple.jwt in test_jose.py
    "1edtech-clr20": ("test_verification.py", 1),
    "jcs": ("test_jcs.py", 6),
    "sd-jwt": ("test_sd_jwt.py", 17),
    "jose-cookbook": ("test_jose_cookbook.py", 9),
    "1edtech-spec": ("test_manifest.py", 14),
}
CANONICAL = ("ob", "obv3p0"), ("clr", "clrv2p0")


@pytest.fixture
def manifest(shared_data: Path) -> list[dict[str, Any]]:
    return json.loads((shared_data / "records/manifest.json").read_text())


@pytest.mark.big
def test_no_case_is_left_out(manifest: list[dict[str, Any]]) -> None:
    counted: Counter[str] = Counter()
    for entry in manifest:
        counted[entry["set"]] += entry["cases"]
    assert counted == {name: number for name, (_, number) in RUN.items()}
    assert counted.total() == 245
    for name, (module, _) in RUN.items():
        assert name in (Path(__file__).parent / module).read_text(), f"{module} does not run {name}"


@pytest.mark.big
def test_the_examples_of_the_specifications(manifest: list[dict[str, Any]], shared_data: Path) -> None:
    """Unsigned ones lack nothing but a proof, signed ones verify, and options of a proof are no record."""
    seen = 0
    for entry in manifest:
        if entry["set"] != "1edtech-spec":
            continue
        data = (shared_data / "records" / entry["file"]).read_bytes()
        verdict = verify(data, now=datetime(2023, 1, 1, tzinfo=UTC), fetcher=web(**controllers(data)))
        failing = verdict.codes("failed") - {"valid-until"}
        if entry["expect"]["proof"] == "valid":
            assert (verdict.outcome, {"proof", "issuer-bound"} <= verdict.codes("passed")) == (
                "accepted",
                True,
            )
        elif "credentialSubject" in json.loads(data):
            assert failing == {"proof-missing"}, entry["file"]
        else:
            assert {"proof-missing", "type-base", "subject-missing"} <= failing
        seen += 1
    assert seen == 14


@pytest.mark.big
@pytest.mark.parametrize(("name", "folder"), CANONICAL)
def test_signed_examples_have_the_canonical_text_of_the_specification(
    shared_data: Path, name: str, folder: str
) -> None:
    vectors = shared_data / "records/vectors/1edtech-spec"
    signed = "3" if name == "ob" else "4"
    document = json.loads((vectors / f"linked-data-proof-{name}-{signed}.json").read_text())
    proof = document.pop("proof")
    options = {"@context": document["@context"], **(proof[0] if isinstance(proof, list) else proof)}
    del options["proofValue"]
    for text, part in (("document-canon.txt", document), ("proof-canon.txt", options)):
        assert canonical.canonize(part).strip() == (vectors / folder / text).read_text().strip()
