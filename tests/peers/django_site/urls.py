"""Addresses: the toolkit's under `/o/`, as on Prusa Account, and two ways to sign in."""

from account.views import CodeView, EmailLoginView, home
from django.urls import include, path
from two_factor.urls import urlpatterns as two_factor_urls

urlpatterns = [
    path("", home, name="home"),
    path("login/", EmailLoginView.as_view(), name="login"),
    path("login/totp/", CodeView.as_view(), name="login-totp"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("", include(two_factor_urls)),
]
