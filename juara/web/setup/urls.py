"""Addresses of set-up, settings and the sample company."""

from django.urls import path

from juara.web.setup import periods, samples, settings, views

urlpatterns = [
    path("", views.setup, name="setup"),
    path("preview/", views.setup_preview, name="setup_preview"),
    path("skip/", views.setup_skip, name="setup_skip"),
    path("done/", views.setup_done, name="setup_done"),
    path("settings/", settings.settings, name="settings"),
    path("settings/periods/", periods.settings_periods, name="settings_periods"),
    path("settings/remove/", settings.settings_remove, name="settings_remove"),
    path("sample/", samples.sample_create, name="sample_create"),
    path("sample/progress/", samples.sample_progress, name="sample_progress"),
    path("sample/remove/", samples.sample_remove, name="sample_remove"),
]
