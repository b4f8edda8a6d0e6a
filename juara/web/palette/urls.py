"""Addresses below /o/<slug>/palette/."""

from django.urls import path

from juara.web.palette import views

urlpatterns = [path("", views.palette, name="palette")]
