"""Addresses of today, of the team now, and of targets."""

from django.urls import path

from juara.web.today import targets, views

urlpatterns = [
    path("", views.today, name="today"),
    path("team/", views.team_now, name="team_now"),
    path("targets/", targets.targets, name="targets"),
    path("targets/new/", targets.target_set, name="target_set"),
    path("targets/copy/", targets.target_copy, name="target_copy"),
    path("targets/first/", targets.target_first, name="target_first"),
    path("targets/profiles/", targets.target_profile, name="target_profile"),
    path("targets/<str:public_id>/change/", targets.target_change, name="target_change"),
    path("targets/<str:public_id>/end/", targets.target_end, name="target_end"),
    path("targets/<str:public_id>/move/", targets.target_move, name="target_move"),
]
