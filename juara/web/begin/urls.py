"""Addresses of begin."""

from django.urls import path

from juara.web.begin import views

urlpatterns = [
    path("", views.begin_waiting, name="begin_waiting"),
    path("removed/<str:ticket>/", views.removal, name="removal"),
    path("<str:token>/", views.begin, name="begin"),
]
