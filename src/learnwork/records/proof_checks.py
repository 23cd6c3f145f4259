"""What the results of looking at signatures mean: right, wrong, unchecked, and whose key it was."""

from __future__ import annotations

from collections.abc import Sequence

from learnwork.records.proofs import ProofResult
from learnwork.records.sentences import piece
from learnwork.records.verdict import Check, failed, from_error, passed, unchecked


def proof_checks(results: Sequence[ProofResult], issuer: str, place: str = "/proof") -> list[Check]:
    """Checks of signatures: each right, wrong or unchecked, and whether its key is the issuer's.

    A right signature by a key that is not the issuer's is told apart from a wrong one.
    """
    checks: list[Check] = []
    for result in results:
        if result.state == "unchecked" and result.error is not None:
            unknown = "The signature could not be checked, because its key could not be looked up."
            sentence = f"{unknown} {result.error.message}"
            checks.append(unchecked("proof-key-unreachable", sentence, place, mend=result.error.hint))
        elif not result.ok and result.error is not None:
            checks.append(from_error(result.error, place))
        else:
            said = [f"The signature is right ({result.suite}): nothing was changed."]
            if result.created:
                said.append(f"It was made on {result.created:%Y-%m-%d}.")
            checks.append(passed("proof", " ".join(said), place))
            checks.append(bound_check(result.controller, issuer, place))
    return checks


def bound_check(controller: str, issuer: str, place: str = "/proof") -> Check:
    """Whether the key that signed is the issuer's."""
    if controller and controller == issuer:
        return passed("issuer-bound", f"The key that signed belongs to the issuer, {issuer[:200]}.", place)
    if not controller:
        sentence = "The signature is valid, but nothing says whose its key is: whether it is the issuer's is not known."
        return unchecked("issuer-bound", sentence, place)
    sentence = (
        f"The signature is valid, but its key is not bound to the issuer: it belongs to {controller[:200]}, "
        f"and the record names {issuer[:200] or piece('nobody')} as its issuer."
    )
    return failed("issuer-bound", sentence, place)
