"""Django's settings: one set, safe by default, steered by the environment."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from juara.core import environment as env

BASE = Path(__file__).resolve().parents[1]
HOME = env.home()

DEBUG = env.flag("JUARA_DEBUG")
IS_DEMO = env.flag("JUARA_DEMO")
SECRET_KEY = env.secret_key(HOME)

# Loopback unless told otherwise.
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("JUARA_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
    if host.strip()
]
CSRF_TRUSTED_ORIGINS = [
    origin.strip() for origin in os.environ.get("JUARA_ORIGINS", "").split(",") if origin.strip()
]
IS_HTTPS = env.flag("JUARA_HTTPS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "csp",
    "procrastinate.contrib.django",
    "juara.tenancy",
    "juara.accounts",
    "juara.audit",
    "juara.jobs",
    "juara.events",
    "juara.ui",
    "juara.people",
    "juara.connect",
    "juara.records",
    "juara.metrics",
    "juara.ledger",
    "juara.goals",
    "juara.scorecards",
    "juara.leaderboards",
    "juara.screens",
    "juara.samples",
    "juara.web",
    "juara.live",
    "juara.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "juara.web.errors.DomainErrorMiddleware",
]

ROOT_URLCONF = "juara.config.urls"
ASGI_APPLICATION = "juara.config.asgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "juara.web.context.shell",
            ],
        },
    }
]


# The command line points this at the embedded server when no address is given.
DATABASES = {
    "default": env.database_settings(
        os.environ.get("DATABASE_URL") or "postgresql://juara_app@/juara"
    )
}

# Each app declares its jobs in `jobs.py`; those of the job runner itself stand in juara.jobs.tasks.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["juara.jobs.tasks"]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "juara_session"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "juara.web.errors.csrf_failure"
CSRF_COOKIE_NAME = "juara_csrf"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian"))]
LOCALE_PATHS = [BASE / "locale"]
LANGUAGE_COOKIE_NAME = "juara_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
# The built assets are served from where they are built (config.asgi): nothing to collect.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Data-driven widths and hues are style attributes; no stylesheet may come inline.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"juara": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS is on with JUARA_HTTPS
    "security.W005",  # other names of the domain are not ours to bind …
    "security.W021",  # … nor is the browsers' own list
    "security.W008",  # redirecting to HTTPS is the proxy's part
    "security.W012",
    "security.W016",  # cookies are secure with JUARA_HTTPS; the default is loopback over http
]
