"""Addresses of currencies and their rates."""

from django.urls import path

from juara.web.currencies import upload, views

urlpatterns = [
    path("", views.currencies, name="currencies"),
    path("records/", views.currencies_records, name="currencies_records"),
    path("rates/", views.rate_lay, name="rate_lay"),
    path("upload/", upload.rates_upload, name="rates_upload"),
    path("upload/store/", upload.rates_store, name="rates_store"),
    path("<str:code>/", views.currency, name="currency"),
    path("<str:code>/withdraw/", views.rate_withdraw, name="rate_withdraw"),
    path("<str:code>/withdraw-all/", views.rates_withdraw, name="rates_withdraw"),
]
