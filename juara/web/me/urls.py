"""Addresses of one's own settings, and of the welcome by a link."""

from django.urls import path

from juara.web.accounts import welcome
from juara.web.me import views

urlpatterns = [
    path("", views.me, name="me"),
    path("name/", views.me_name, name="me_name"),
    path("picture/", views.me_picture, name="me_picture"),
    path("language/", views.me_language, name="me_language"),
    path("password/", views.me_password, name="me_password"),
    path("sign-out/", views.me_sign_out, name="me_sign_out"),
    path("welcome/<str:token>/", welcome.welcome, name="welcome"),
]
