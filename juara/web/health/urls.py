"""Addresses of data health."""

from django.urls import path

from juara.web.health import views

urlpatterns = [
    path("", views.health, name="health"),
    path("records/", views.health_records, name="health_records"),
    path("records/<str:kind>/", views.health_uncounted, name="health_uncounted"),
    path("match/", views.health_match, name="health_match"),
    path("match-sure/", views.health_match_sure, name="health_match_sure"),
    path("introduce/", views.health_introduce, name="health_introduce"),
    path("verify/", views.verify_begin, name="verify_begin"),
    path("recount/", views.recount_begin, name="recount_begin"),
    path("verifications/", views.verify_history, name="verify_history"),
]
