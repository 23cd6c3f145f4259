"""Making an account for one's records, where the operator lets learners do so (LEARNWORK_SIGN_UP)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from learnwork.accounts.models import User
from learnwork.wallet.fair_use import limited
from learnwork.wallet.forms import SignUpForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@limited
def sign_up(request: HttpRequest) -> HttpResponse:
    """A name and a password, and nothing else is asked; the new account has no role."""
    if not settings.SIGN_UP:
        raise Http404
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("records"))
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "wallet/record_sign_up.html", {"form": form})
    user = User.objects.create_user(form.cleaned_data["name"], password=form.cleaned_data["password"])
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return HttpResponseRedirect(reverse("records"))
