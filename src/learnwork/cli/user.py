"""`learnwork user`: who may sign in, and what they may do. Passwords are typed or piped in, never arguments."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, say, table
from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from learnwork.accounts.models import User

app = typer.Typer(help="People who may sign in, and their roles.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name under which the person signs in.", metavar="NAME")]


class Role(StrEnum):
    """none: may sign in. curator: rules between claims. administrator: a curator who also manages people."""

    none = "none"
    curator = "curator"
    administrator = "administrator"


RoleOption = Annotated[Role, typer.Option(help="What the person may do.")]


class UnknownUserError(LearnworkError):
    """Nobody of that name may sign in."""

    code = "user-unknown"


class UserExistsError(LearnworkError):
    """Somebody of that name is there already."""

    code = "user-exists"


class BadUserError(LearnworkError):
    """A name or a password that cannot be used."""

    code = "user-bad"


@app.command("add")
def add(name: Name, role: RoleOption = Role.none) -> None:
    """Add a person. The password is asked for, or read from standard input."""
    site.ready()
    from learnwork.accounts.models import User

    if User.objects.filter(username=name).exists():
        raise UserExistsError(
            f"There is a user {name} already.", hint="Change it with `learnwork user role`."
        )
    user = User(username=name, role=_stored(role))
    _check_name(user)
    _set_password(user, _password())
    user.save()
    say(f"Added {name}, role {role.value}.")


@app.command("role")
def set_role(
    name: Name, role: Annotated[Role, typer.Argument(help="none, curator or administrator.", metavar="ROLE")]
) -> None:
    """Change what a person may do."""
    user = find_user(name)
    user.role = _stored(role)
    user.save(update_fields=["role"])
    say(f"{name} has the role {role.value}.")


@app.command("password")
def set_password(name: Name) -> None:
    """Set a new password, asked for or read from standard input; it ends the person's sessions."""
    user = find_user(name)
    _set_password(user, _password())
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    say(f"{name} has a new password.")


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List everybody who may sign in."""
    site.ready()
    from learnwork.accounts.models import User

    rows = [
        {
            "name": user.username,
            "role": user.role or "none",
            "active": user.is_active,
            "last_sign_in": user.last_login and user.last_login.isoformat(timespec="seconds"),
        }
        for user in User.objects.order_by("username")
    ]
    if as_json:
        print_json({"users": rows})
    elif not rows:
        say("Nobody may sign in yet. Add somebody with `learnwork user add NAME --role administrator`.")
    else:
        table(
            ["name", "role", "active", "last sign-in"],
            [
                [r["name"], r["role"], "yes" if r["active"] else "no", r["last_sign_in"] or "never"]
                for r in rows
            ],
        )


@app.command("remove")
def remove(name: Name) -> None:
    """Remove a person. One who has made decisions is kept as their author, and can no longer sign in."""
    user = find_user(name)
    from django.db.models import ProtectedError

    try:
        user.delete()
    except ProtectedError:
        user.is_active = False
        user.role = ""
        user.set_unusable_password()
        user.save(update_fields=["is_active", "role", "password"])
        say(f"{name} can no longer sign in, and stays on record as the author of decisions.")
    else:
        say(f"Removed {name}.")


def find_user(name: str) -> User:
    """The person of that name, or `UnknownUserError`."""
    site.ready()
    from learnwork.accounts.models import User

    user = User.objects.filter(username=name).first()
    if user is None:
        raise UnknownUserError(f"There is no user {name}.", hint="`learnwork user list` names them all.")
    return user


def _stored(role: Role) -> str:
    return "" if role is Role.none else role.value


def _password() -> str:
    """Asked for twice at a terminal, else the first line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _check_name(user: User) -> None:
    from django.core.exceptions import ValidationError

    try:
        user.clean_fields(exclude=["password", "email"])
    except ValidationError as error:
        raise BadUserError(f"{user.username!r} cannot be a name: {' '.join(error.messages)}") from error


def _set_password(user: User, password: str) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadUserError(
            f"This password cannot be used: {' '.join(error.messages)}", hint="Nothing was changed."
        ) from error
    user.set_password(password)
