from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "juara.tenancy"
    label = "tenancy"
