"""Addresses of what everybody is measured on."""

from django.urls import path

from juara.web.scorecard_rules import editing, views

urlpatterns = [
    path("", views.scorecard_rules, name="scorecard_rules"),
    path("profiles/<str:public_id>/", editing.rule_of_profile, name="scorecard_rule_profile"),
    path("teams/<str:public_id>/", editing.rule_of_team, name="scorecard_rule_team"),
]
