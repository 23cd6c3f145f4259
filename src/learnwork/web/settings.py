"""Django's settings, derived from `configuration.py`; what nobody sets is not a setting."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from learnwork.web.configuration import configuration

_c = configuration()
_here = Path(__file__).parent
_base = urlsplit(_c.base_url)

SECRET_KEY = _c.secret()
WALLET_KEY = _c.wallet_secret  # read when something is sealed, not at every start
_secure = _base.scheme == "https"
DEBUG = _c.debug
ALLOWED_HOSTS = sorted({_base.hostname or "127.0.0.1", "127.0.0.1", "localhost"})
BASE_URL = _c.base_url.rstrip("/")
DATA = _c.data
INDEX = _c.data / "index"
SENTENCE_MODEL = Path(_c.sentence_model) if _c.sentence_model else _c.data / "sentence-model"
LIMIT, PROXIES = _c.limit, _c.proxies
SIGN_UP = _c.sign_up
BULK_HOURS = _c.bulk_hours
# Rates of exchange as `landscape.money.rates` reads them.
RATES = _c.rates

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "learnwork.accounts",  # before allauth, so that its templates are found first
    "allauth",
    "allauth.account",
    "learnwork.registry",
    "learnwork.search",
    "learnwork.layout",
    "learnwork.intake",
    "learnwork.competencies",
    "learnwork.landscape",
    "learnwork.surveys",
    "learnwork.wallet",
    "learnwork.web",
]


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(_c.data / "learnwork.sqlite3"),
            "CONN_MAX_AGE": 60,  # opening one, with its PRAGMAs and a cold cache, costs more than a page reads
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": (
                    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    " PRAGMA cache_size=-65536;"
                    " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=60000;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _mail(url: str) -> dict[str, object]:
    """Django's mail settings for smtp://user:password@host:port, smtps://…, or nothing: printed to the terminal."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    user = unquote(parts.username or "")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and bool(user),
        "EMAIL_TIMEOUT": 30,
    }


globals().update(_mail(_c.mail_url))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _c.mail_from

DATABASES = {"default": _database(_c.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [_here.parent / "locale"]
FORMAT_MODULE_PATH = ["learnwork.layout.locales"]
USE_I18N = True
ROOT_URLCONF = "learnwork.web.urls"
WSGI_APPLICATION = "learnwork.web.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "learnwork.layout.security.response_rules",
    "learnwork.layout.packed.packed_static",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "learnwork.layout.language.language_rules",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["learnwork.layout.templatetags.marks"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Static files are found in the packages themselves; their addresses carry a digest, so they may be kept for a year.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000

# Shared by all processes of one machine, so that the limit on sign-in attempts holds for them together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(_c.data / "cache"),
        # Requests to wallets lie here too: few places would let whoever makes many push out counts of attempts.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "learnwork.web.door.Door"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_REFERRER_POLICY = "same-origin"
# The largest text that a page takes is a sheet or a record of 12 MB; pages that need less say so themselves.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_500_000
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "learnwork.web.pages.csrf_failed"
APPEND_SLASH = False

# Faults go to standard error, where a supervisor collects them: what broke and where, never who asked.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
