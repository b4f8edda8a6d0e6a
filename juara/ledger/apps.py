from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "juara.ledger"
    label = "ledger"
