"""Addresses of a person."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
