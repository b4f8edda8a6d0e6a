"""Addresses of metrics."""

from django.urls import URLPattern, path

from juara.web.metrics import editing, views

urlpatterns: list[URLPattern] = [
    path("", views.metrics, name="metrics"),
    path("ready/", views.metric_ready, name="metric_ready"),
    path("ready/install/", views.metric_install, name="metric_install"),
    path("new/", editing.metric_new, name="metric_new"),
    path("preview/", editing.metric_preview, name="metric_preview"),
    path("<str:public_id>/", views.metric, name="metric"),
    path("<str:public_id>/edit/", editing.metric_edit, name="metric_edit"),
    path("<str:public_id>/archive/", views.metric_archive, name="metric_archive"),
    path("<str:public_id>/bring-back/", views.metric_bring_back, name="metric_bring_back"),
    path("<str:public_id>/move/", views.metric_move, name="metric_move"),
]
