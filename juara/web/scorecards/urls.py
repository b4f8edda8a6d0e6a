"""Addresses of scorecards: one's own, a person's, a team's, the company's, and how they went."""

from django.urls import path

from juara.web.scorecards import views

urlpatterns = [
    path("", views.scorecard, name="scorecard"),
    path("company/", views.scorecard_company, name="scorecard_company"),
    path("teams/<str:public_id>/", views.scorecard_team, name="scorecard_team"),
    path("past/", views.scorecard_past, name="scorecard_past"),
    path("<str:public_id>/", views.scorecard_person, name="scorecard_person"),
]
