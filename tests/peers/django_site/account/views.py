"""Sign-in in two pages, e-mail and password, then a one-time code: Django's own view and form for the first, and for the
second the form of django-two-factor-auth, which verifies through django-otp (a code is good once)."""

from urllib.parse import urlencode

from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.forms import EmailInput
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView
from django_otp import login as otp_login
from two_factor.forms import AuthenticationTokenForm
from two_factor.utils import default_device

PENDING = "password-accepted-for"


class EmailAuthenticationForm(AuthenticationForm):
    """Django's form, whose user name is an e-mail address and whose field is called `email`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail"
        self.fields["username"].widget = EmailInput(attrs={"autocomplete": "email", "autofocus": True})

    def add_prefix(self, field_name):
        return super().add_prefix("email" if field_name == "username" else field_name)


class EmailLoginView(LoginView):
    """Takes e-mail and password; a user with a device goes on to the code, another is signed in."""

    authentication_form = EmailAuthenticationForm
    template_name = "login.html"

    def form_valid(self, form):
        user = form.get_user()
        if default_device(user) is None:
            return super().form_valid(form)
        self.request.session[PENDING] = user.pk
        return redirect("/login/totp/?" + urlencode({"next": self.get_success_url()}))


class CodeView(RedirectURLMixin, FormView):
    """Takes the one-time code of the user whose password was accepted."""

    form_class = AuthenticationTokenForm
    template_name = "code.html"
    next_page = "home"

    def dispatch(self, request, *args, **kwargs):
        self.user = get_user_model().objects.filter(pk=request.session.get(PENDING)).first()
        if self.user is None:
            return redirect("login")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.user, "initial_device": default_device(self.user)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(next=self.get_redirect_url(), **kwargs)

    def form_valid(self, form):
        device = self.user.otp_device
        del self.request.session[PENDING]
        login(self.request, self.user, backend="django.contrib.auth.backends.ModelBackend")
        otp_login(self.request, device)
        return super().form_valid(form)


@login_required
def home(request):
    """Says who is signed in."""
    return HttpResponse(f"{request.user.get_username()}\n", content_type="text/plain")
