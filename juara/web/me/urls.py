"""Addresses of me."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
