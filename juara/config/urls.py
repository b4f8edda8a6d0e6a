"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from juara.live import views as live
from juara.web.accounts import views as accounts
from juara.web.design import views as design
from juara.web.leaderboards import views as leaderboards
from juara.web.screens import views as screens

_organization: list[URLPattern | URLResolver] = [
    path("", leaderboards.leaderboards, name="organization"),
    path("leaderboards/", leaderboards.leaderboards, name="leaderboards"),
    path("leaderboards/records/", leaderboards.leaderboard_evidence, name="leaderboard_evidence"),
    path("scorecard-rules/", include("juara.web.scorecard_rules.urls")),
    path("screens/", screens.screens, name="screens"),
    path("screens/new/", screens.screen_create, name="screen_create"),
    path("screens/<str:public_id>/revoke/", screens.screen_revoke, name="screen_revoke"),
    path("live/", live.live, name="live"),
    path("palette/", include("juara.web.palette.urls")),
    path("today/", include("juara.web.today.urls")),
    path("company/", include("juara.web.company.urls")),
    path("scorecard/", include("juara.web.scorecards.urls")),
    path("goals/", include("juara.web.goals.urls")),
    path("set-up/", include("juara.web.setup.urls")),
    path("sources/", include("juara.web.sources.urls")),
    path("metrics/", include("juara.web.metrics.urls")),
    path("people/", include("juara.web.people.urls")),
    path("people/", include("juara.web.person.urls")),
    path("teams/", include("juara.web.teams.urls")),
    path("calendars/", include("juara.web.calendars.urls")),
    path("health/", include("juara.web.health.urls")),
    path("entries/", include("juara.web.entries.urls")),
    path("currencies/", include("juara.web.currencies.urls")),
    path("records/", include("juara.web.records.urls")),
]

handler500 = "juara.web.errors.server_error"

urlpatterns = [
    path("", accounts.home, name="home"),
    path("sign-in/", accounts.sign_in, name="sign_in"),
    path("sign-out/", accounts.sign_out, name="sign_out"),
    path("language/", include("django.conf.urls.i18n")),
    path("design/", design.design, name="design"),
    path("begin/", include("juara.web.begin.urls")),
    path("me/", include("juara.web.me.urls")),
    path("", include("juara.web.pwa.urls")),
    path("o/<slug:slug>/", include(_organization)),
    path("tv/<slug:slug>/<str:token>/", live.tv, name="tv"),
    path("tv/<slug:slug>/<str:token>/part/", live.tv_part, name="tv_part"),
    path("tv/<slug:slug>/<str:token>/live/", live.tv_live, name="tv_live"),
]
