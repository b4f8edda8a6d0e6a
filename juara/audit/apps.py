from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "juara.audit"
    label = "audit"
