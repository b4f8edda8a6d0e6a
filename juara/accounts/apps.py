from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "juara.accounts"
    label = "accounts"
