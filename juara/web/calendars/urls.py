"""Addresses of calendars."""

from django.urls import path

from juara.web.calendars import days, views

urlpatterns = [
    path("", views.calendars, name="calendars"),
    path("new/", views.calendar_new, name="calendar_new"),
    path("holidays/", views.calendar_holidays, name="calendar_holidays"),
    path("<str:public_id>/", views.calendar, name="calendar"),
    path("<str:public_id>/change/", views.calendar_change, name="calendar_change"),
    path("<str:public_id>/archive/", views.calendar_archive, name="calendar_archive"),
    path("<str:public_id>/restore/", views.calendar_restore, name="calendar_restore"),
    path("<str:public_id>/days/", days.calendar_day_add, name="calendar_day_add"),
    path(
        "<str:public_id>/days/<str:day>/withdraw/",
        days.calendar_day_withdraw,
        name="calendar_day_withdraw",
    ),
]
