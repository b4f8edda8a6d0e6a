"""Addresses of the company's goals."""

from django.urls import path

from juara.web.company import views

urlpatterns = [
    path("", views.company, name="company"),
    path("trend/", views.company_trend, name="company_trend"),
]
