"""Addresses of the goals of the company, of teams and of people."""

from django.urls import path

from juara.web.goals import dividing, importing, setting, settling, sheet, views

urlpatterns = [
    path("", views.goals, name="goals"),
    path("new/", setting.goal_new, name="goal_new"),
    path("help/", setting.goal_help, name="goal_help"),
    path("grid/", sheet.goals_grid, name="goals_grid"),
    path("grid/save/", sheet.goals_save, name="goals_save"),
    path("undo/", sheet.goals_undo, name="goals_undo"),
    path("import/", importing.goals_import, name="goals_import"),
    path("import/store/", importing.goals_import_store, name="goals_import_store"),
    path("settings/", settling.goal_settings, name="goal_settings"),
    path("people/<str:public_id>/", views.goals_person, name="goals_person"),
    path("<str:public_id>/", setting.goal, name="goal"),
    path("<str:public_id>/change/", setting.goal_change, name="goal_change"),
    path("<str:public_id>/end/", setting.goal_end, name="goal_end"),
    path("<str:public_id>/divide/", dividing.goal_divide, name="goal_divide"),
]
