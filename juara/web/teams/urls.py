"""Addresses of teams, squads and job profiles."""

from django.urls import path

from juara.web.teams import moving, profiles, squads, views

urlpatterns = [
    path("", views.teams, name="teams"),
    path("new/", views.team_new, name="team_new"),
    path("people/move/", moving.team_people_move, name="team_people_move"),
    path("squads/", squads.squads, name="squads"),
    path("squads/new/", squads.squad_new, name="squad_new"),
    path("squads/<str:public_id>/", squads.squad, name="squad"),
    path("squads/<str:public_id>/rename/", squads.squad_rename, name="squad_rename"),
    path("squads/<str:public_id>/archive/", squads.squad_archive, name="squad_archive"),
    path("squads/<str:public_id>/restore/", squads.squad_restore, name="squad_restore"),
    path("squads/<str:public_id>/add/", squads.squad_add, name="squad_add"),
    path(
        "squads/<str:public_id>/remove/<str:member_id>/", squads.squad_remove, name="squad_remove"
    ),
    path("profiles/", profiles.profiles, name="profiles"),
    path("profiles/new/", profiles.profile_new, name="profile_new"),
    path("profiles/<str:public_id>/rename/", profiles.profile_rename, name="profile_rename"),
    path("profiles/<str:public_id>/archive/", profiles.profile_archive, name="profile_archive"),
    path("profiles/<str:public_id>/restore/", profiles.profile_restore, name="profile_restore"),
    path("<str:public_id>/rename/", views.team_rename, name="team_rename"),
    path("<str:public_id>/move/", views.team_move, name="team_move"),
    path("<str:public_id>/close/", views.team_close, name="team_close"),
]
