"""Addresses of values entered by hand."""

from django.urls import path

from juara.web.entries import views

urlpatterns = [
    path("", views.entries, name="entries"),
    path("new/", views.entry_create, name="entry_create"),
    path("<str:public_id>/approve/", views.entry_approve, name="entry_approve"),
    path("<str:public_id>/refuse/", views.entry_refuse, name="entry_refuse"),
    path("<str:public_id>/withdraw/", views.entry_withdraw, name="entry_withdraw"),
]
