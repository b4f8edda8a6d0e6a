"""Addresses of the list of people, of adding to it, and of invitations."""

from django.urls import path

from juara.web.people import adding, export, invitations, pictures, views

urlpatterns = [
    path("", views.people, name="people"),
    path("role/", views.people_role, name="people_role"),
    path("export/", export.people_export, name="people_export"),
    path("add/", adding.people_add, name="people_add"),
    path("add/check/", adding.people_import, name="people_import"),
    path("add/problems/", adding.people_import_problems, name="people_import_problems"),
    path("add/store/", adding.people_import_store, name="people_import_store"),
    path("invite/", invitations.invite_people, name="invite_people"),
    path("<str:public_id>/invite/withdraw/", invitations.invite_withdraw, name="invite_withdraw"),
    path("<str:public_id>/invite/reset/", invitations.invite_reset, name="invite_reset"),
    path("<str:public_id>/seat/take/", invitations.people_unseat, name="people_unseat"),
    path("<str:public_id>/picture/", pictures.people_picture, name="people_picture"),
    path(
        "<str:public_id>/picture/<str:fingerprint>/", pictures.member_picture,
        name="member_picture",
    ),
]  # fmt: skip
