"""Addresses of records and of what explains numbers by them."""

from django.urls import path

from juara.web.records import changes, unassigned, views

urlpatterns = [
    path("", views.records, name="records"),
    path("changes/", changes.changes, name="changes"),
    path("unassigned/", unassigned.unassigned, name="unassigned"),
    path("unassigned/match/", unassigned.unassigned_match, name="unassigned_match"),
    path("<str:public_id>/", views.record, name="record"),
]
