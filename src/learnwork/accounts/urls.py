"""Sign in and sign out; the other pages of allauth are not part of this site."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("sign-in", views.login, name="account_login"),
    path("sign-out", views.logout, name="account_logout"),
    path("inactive", views.account_inactive, name="account_inactive"),
]
