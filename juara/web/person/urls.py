"""Addresses of a person."""

from django.urls import path

from juara.web.person import absences, places, views

urlpatterns = [
    path("<str:public_id>/", views.person, name="person"),
    path("<str:public_id>/transfer/", places.person_transfer, name="person_transfer"),
    path("<str:public_id>/correct/", places.person_correct, name="person_correct"),
    path("<str:public_id>/leave/", places.person_leave, name="person_leave"),
    path("<str:public_id>/calendar/", absences.person_calendar, name="person_calendar"),
    path("<str:public_id>/absences/", absences.absence_add, name="person_absence_add"),
    path(
        "<str:public_id>/absences/<str:absence>/withdraw/",
        absences.absence_withdraw,
        name="person_absence_withdraw",
    ),
    path("<str:public_id>/acting/", views.person_acting, name="person_acting"),
    path("<str:public_id>/acting/end/", views.person_acting_end, name="person_acting_end"),
]
