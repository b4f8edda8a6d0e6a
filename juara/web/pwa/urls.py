"""Addresses at the root: what makes the pages an application that can be installed."""

from django.urls import path

from juara.web.pwa import views

urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
]
